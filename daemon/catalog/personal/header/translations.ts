/**
 * Words of headers in other languages and abbreviations, each with the English words that stand for it. Accents are
 * folded, so that one spelling is enough; a German compound is one word here.
 */
const LINES = `
first name: vorname rufname prenom voornaam fornamn fornavn etunimi imie keresztnev utonev jmeno prenume onoma имя forename fname firstname givenname gname fstname frstname vname
last name: nachname familienname cognome apellido apellidos achternaam efternamn etternavn efternavn sukunimi nazwisko vezeteknev prijmeni sobrenome apelido surname lname lastname familyname sname nazwiska фамилия soyad soyadi lstname zuname
middle name: mellannavn patronymic отчество middlename mname midname tussenvoegsel
full name: vollname fullname nomcomplet nombrecompleto фио flname
name: nom nombre nombres nome naam navn namn nimi nazwa nev nm isim nme nazev
first: primer primeiro primo premier erste forste frst fst
maiden name: geburtsname madchenname
birth date: geburtsdatum geburtstag geboortedatum fodselsdato fodelsedatum fodselsdag syntymaaika dob birthdate birthday bday dateofbirth doby ddn fnac geb gebdat datanascimento datanascita fecnac brthdt
birth: geburt naissance nacimiento nascita nascimento geboorte fodsel fodelse urodzenia urodzin narozeni syntyma nac naiss born geboren рождения brth
birth year: geburtsjahr fodelsear fodselsar geboortejaar yob birthyear
birth place: geburtsort geboorteplaats fodelseort fodested birthplace pob
death: tod deces muerte morte overlijden muerto died deceased
death date: sterbedatum todesdatum dod
date: datum fecha data dato dt dte paivamaara дата
place: lieu lugar luogo plaats sted miejsce
age: alter edad eta leeftijd alder wiek idade ika возраст
gender: geschlecht sexe sexo sesso geslacht plec kjonn sukupuoli genero sex gndr пол gend kon
email: emails emailaddress emailaddr emailid courriel mel epost sahkoposti eml emailadresse mailadresse correo correoelectronico emaill
mail: 
electronic: electronico elektronisk eletronico elettronica electronique
phone: telefon telefono telephone tel telefoon telefone phonenumber phoneno phonenum telefonnummer telefoonnummer puhelin puhelinnumero telno telnr phn tlf tlfnr ph fon tfno телефон phones telnum telefonu telefonie telefones telefonos telefoni
mobile: handy movil celular cellulare cell cellphone mob mobiel komorkowy handynummer mobilnummer mobiltelefon mobiltelefono gsm cel mobilephone mobileno
fax: telefax faks faxnummer
address: adresse direccion indirizzo adres adress osoite endereco addr addrs adr addres adresa adrs domicilio domicile anschrift wohnanschrift адрес adrese
residence: wohnsitz domicilie
street: gatuadress gateadresse strasse rue calle straat gata gade ulica katu strassenname streetname rua улица utca streetaddress straatnaam strase strname staddr
house number: hausnummer huisnummer husnummer housenumber hausnr houseno huisnr bldgno
apartment: appartement wohnung apt flat
city: stadt wohnort ville ciudad citta stad miasto cidade kaupunki ort localidad comune poblacion municipio localita woonplaats postort poststed stadsnamn город town suburb locality township municipality gemeinde
county: landkreis kreis comte
state: bundesland estado stato wojewodztwo
province: provincia provincie prov
country: pais pays paese maa kraj staat ctry cntry
postal code: plz postleitzahl postcode postkod postnummer postnr postinumero zipcode zip zipcd codepostal codigopostal cep kodpocztowy postalcode pincode zip5 eircode
postal: pocztowy postale postaux
code: codigo codice kod cod kode cd koodi
number: nummer numero num no nr nbr nro numer nmbr número nо nummern numbers
id: ids identifier identificador identifiant ident identifikator
customer: kunde kunden klant klient kund cliente cust custmr cst asiakas клиент shopper consumer buyer purchaser klienta
client: clnt
user: benutzer nutzer utilisateur usuario utente gebruiker uzytkownik anvandare usr uid uzytkownika
employee: mitarbeiter angestellter salarie empleado dipendente medewerker funcionario pracownik anstalld emp empl arbeitnehmer personnel staff worker matricule pracownika dipendenti empleados mitarbeiters
patient: paciente paziente pacjent pt pasient potilas pat ptnt pacjenta
student: schuler etudiant eleve estudiante alumno studente aluno leerling uczen stud pupil scholar stu stdnt studenta ucznia
person: persona personne persoon osoba pessoa individual
member: mitglied membre miembro membro medlem mbr membr
owner: inhaber eigentumer propietario titular titolare eigenaar proprietaire
holder: halter tenedor
father: vater pere padre vader pai
mother: mutter madre moeder mae mere
spouse: ehepartner conjoint conyuge coniuge husband wife
contact: kontakt contacto contatto
customer number: kundennummer kundennr klantnummer kundnummer klantnr custno custid customerid kdnr kundenid customernumber
employee number: personalnummer mitarbeiternummer personalnr empid empno employeeid personeelsnummer anstallningsnummer staffid
student number: matrikelnummer studentid studentnummer rollno rollnumber
patient number: patientennummer patientid patientnummer
member number: mitgliedsnummer lidnummer memberid
user id: userid benutzerid
user name: username benutzername loginname userlogin nutzername gebruikersnaam anvandarnamn uname
login: logon signin
nickname: spitzname apodo surnom alias screenname pseudonym
passport: reisepass reisepassnummer passeport pasaporte passaporto paspoort paszport passaporte passportno passportnumber passnummer ppt pspt paszportu
identity: identidad identite identita identidade tozsamosci identitat
card: karte carte tarjeta carta cartao kaart karta kort crd
identity card: personalausweis ausweis ausweisnummer cni cedula identiteitskaart dowod
licence: license lizenz permis licencia patente rijbewijs lic licenca lcns
driver: fahrer conducteur conductor conducir conduire conductores guida drv drvr drivers driving bestuurder
driver licence: fuhrerschein fuhrerscheinnummer driverslicense driverlicense korkort forerkort fuhrerscheinnr dln prawojazdy
credit: kredit credito kredyt
credit card: kreditkarte kreditkartennummer creditcard ccn ccnum cardno cardnumber kartennummer creditcardnumber cc
bank: banque banco banca
account: konto compte cuenta conto conta rekening acct acc rachunek
account number: kontonummer kontonr rekeningnummer accountno accountnumber acctno accno bankaccount
routing number: bankleitzahl blz routingnumber aba rtn
sort code: sortcode
bic: swift
social: sozial sociale sociaal sociala ssnum soc
social security number: ssn sozialversicherungsnummer socialsecurity socialsecuritynumber svnr svnummer socsec ssns avs ahv insz rijksregisternummer ssnumber niss
security: seguridad securite sicurezza sicherheit secu
insurance: versicherung assurance seguro assicurazione verzekering insur ins
insurance number: versicherungsnummer versichertennummer krankenversicherungsnummer insuranceno policynumber
tax: steuer impot impuesto impuestos fiscal fiscale belasting skatt podatek podatkowy
tax id: steuernummer steuerid steueridentifikationsnummer idnr taxid taxnumber tin nif partitaiva ein vatin nip taxno fiscalcode
vat: ust mwst iva tva btw umsatzsteuer ustid ustidnr vatid vatnumber moms
national: nacional nationale nazionale
national id: nationalid nationalidnumber cpr fodselsnummer henkilotunnus hetu rodnecislo nric curp rut personenkennzahl nationalinsurance cnp fodselsnr egn
ip: ipaddress ipaddr ipadress ipv4 ipv6 ipadresse
mac: macaddress macaddr
imei: imeinumber imsi
vin: fahrgestellnummer chassis vinnumber
plate: kennzeichen immatriculation matricula targa kenteken regplate numberplate licenseplate licenceplate plates rejestracyjny nummernschild plaque
coordinates: koordinaten coordonnees coordenadas coord coords
latitude: lat breitengrad latitud latitudine breedtegraad latitudes
longitude: lon lng langengrad longitud longitudine lengtegraad longitudes
medical record number: mrn krankenaktennummer medicalrecordnumber medrecno emrn
health: gezondheid
diagnosis: diagnose diagnostico diagnosi diagnostic diagnoses dx diag
disease: krankheit maladie enfermedad malattia ziekte illness
medication: medikament medicament medicamento prescription rx
religion: religione konfession godsdienst religia faith
ethnicity: ethnie etnia ethnic ethnizitat
race: rasse raza razza
political: politisch politique politico politica
password: passwort motdepasse contrasena wachtwoord losenord haslo senha passwd pwd pass passcode passphrase kennwort pword
secret: geheimnis secreto
photo: foto photograph picture portrait lichtbild selfie headshot mugshot avatar pic
fingerprint: fingerabdruck huella empreinte impronta thumbprint
face: gesicht visage rostro facial
salary: gehalt salaire salario stipendio salaris lohn wage
nationality: nationalitat nationalite nacionalidad nazionalita nationaliteit staatsangehorigkeit citizenship nationalitet narodowosc
marital: familienstand matrimonial civilstand marriage mstatus maritalstatus matrimoniale
product: produkt produit producto prodotto prod products
order: bestellung commande pedido ordine auftrag bestelling orders ord
company: firma entreprise empresa azienda bedrijf unternehmen foretag societe companies corporation cmpny employer
type: typ tipo
flag: flg
count: cnt anzahl cantidad
line: ligne linea linha zeile ln
file: datei fichier archivo
burger service number: burgerservicenummer
aadhaar: aadhar uidai
personnummer: personnr
tax code: codicefiscale
last: lst ultimo letzter dernier
record: rec recs rcd dossier
medical: med medizinische medico medica medische
routing: rout rtng
vehicle: veh fahrzeug vehicule vehiculo veicolo voertuig
device: dev
document: doc documento dokument
group: grp gruppe groupe grupo gruppo
source: src
registration: reg regn regist
policy: pol
hospital: hosp
emergency: emer emerg urgence emergencia notfall
enrolment: enrollment enroll enrol
language: sprache langue idioma lingua taal
description: desc descr beschreibung descripcion descrizione
amount: amt betrag montant importe importo bedrag
quantity: qty menge quantite cantidad quantita
location: loc standort emplacement ubicacion
profile: prof profil perfil profilo profiel
family: famille familia famiglia familie rodzina
full: completo complet completa vollstandiger vollstandig volledig volledige kompletny
civil: civile burgerlich
recognition: erkennung
`;

/** Each foreign word or abbreviation, with its English words. */
export const TRANSLATIONS: ReadonlyMap<string, readonly string[]> = new Map(
  LINES.trim()
    .split('\n')
    .flatMap((line) => {
      const [english, words] = line.split(': ') as [string, string];
      return words.split(' ').map((word): [string, string[]] => [word, english.split(' ')]);
    }),
);
