import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personalDetector } from '../daemon/catalog/index.js';

/** Headers as tables have them, beside a column of last names and without rows; a comma parts them. */
const SAID: Record<string, string> = {
  first_name:
    'first_name, FirstName, first name, FNAME, f_name, firstname, given_name, GivenName, Given Names, forename, cust_first_name, PATIENT_FIRST_NAME, emp_fname, Vorname, prénom, Prenom, Voornaam, Förnamn, fornavn, imię, imie, etunimi, first_nm, employeeFirstName, spouse_first_name, FIRST_NM, name_first, txtFirstName, Имя',
  last_name:
    'LastName, LAST_NAME, lname, l_name, surname, Surname, familyName, family_name, Nachname, Familienname, nom_de_famille, Cognome, apellidos, Apellido, primer_apellido, Achternaam, Efternamn, etternavn, nazwisko, sobrenome, sukunimi, maiden_name, last_nm, cust_last_name, Фамилия',
  middle_name: 'middle_name, MiddleName, mname, m_name, middle_initial, middleName, patient_middle_name',
  full_name:
    'full_name, Customer Name, patient_name, employeeName, Name of Patient, manager_name, emp_name, ownerName, contact_name, doctor_name, Nom du client, student name, mother_name, cardholder_name, account_holder_name, FullName, Full Name, display_name, legal_name, fullname, nombre_completo, nom_complet, vollständiger Name, next_of_kin',
  email:
    'email, Email, E-Mail, e_mail, EMAIL_ADDRESS, emailAddress, email_addr, cust_email_addr, contactEmail, work_email, email2, primaryEmail, user_email, EmailID, email_id, E-Mail-Adresse, correo_electronico, Correo Electrónico, courriel, adresse_email, indirizzo_email, e-postadress, adres e-mail, endereco_email, eml, email_txt, mail, Mail Address, recipient_email, customerEmail, c_email',
  phone:
    'phone, Phone, phone_number, PhoneNumber, ph_no, phoneNo, phone_num, telephone, Telephone Number, tel, tel_no, mobile, mobile_no, MobileNumber, cell, cell_phone, cellphone, contact_number, Contact No, contact_phone, home_phone, work_phone, phone1, phone_2, fax, fax_number, Telefon, Telefonnummer, Handynummer, téléphone, num_tel, teléfono, movil, celular, telefono_cellulare, telefoonnummer, mobilnummer, nr_telefonu, telefone, puhelin, emergency_contact_phone, ph, phn_no, WhatsApp Number, msisdn, phone_mobile, customerPhone',
  street_address:
    'street, Street, street_address, StreetAddress, address_line_1, address1, Address Line 1, addr1, addr_line_2, street_name, Straße, strasse, calle, straatnaam, gatuadress, ulica, rua, mailing_street, billing_street, residential_street_address',
  address:
    'address, Address, home_address, addr, mailing_address, postal_address, billing_address, shipping_address, Adresse, dirección, Indirizzo, adres, endereço, adress, domicilio, Anschrift, customer_address, permanent_address, full_address, residence_address, delivery_address',
  city: 'city, City, town, CITY_NM, home_city, billing_city, addr_city, Ort, Wohnort, ville, ciudad, Città, comune, woonplaats, postort, miasto, cidade',
  state: 'state, State, province, state_cd, state_province, addr_state, Bundesland, provincia, estado',
  country: 'country, Country, country_of_residence, land_country, pays, país, paese, kraj, addr_country',
  postcode:
    'zip, ZIP, zip_code, ZipCode, zipcode, postal_code, PostalCode, postcode, post_code, PLZ, Postleitzahl, code_postal, codigo_postal, CAP_codice_postale, kod_pocztowy, postnummer, CEP, pincode, zip5, billing_zip, zip_cd',
  birth_date:
    'dob, DOB, date_of_birth, DateOfBirth, birth_date, birthdate, BirthDate, birthday, Birth Date, bday, d_o_b_dob, patient_dob, Geburtsdatum, geb_datum, date_de_naissance, date_naissance, fecha_nacimiento, Fecha de Nacimiento, data_di_nascita, geboortedatum, födelsedatum, fødselsdato, data_urodzenia, data_nascimento, birth_dt, dateofbirth, emp_birth_date, dt_birth',
  birth_year: 'birth_year, year_of_birth, yob, BirthYear, Geburtsjahr, birthyear',
  birth_place:
    'birth_place, place_of_birth, birthplace, PlaceOfBirth, Geburtsort, lieu_de_naissance, lugar_de_nacimiento, luogo_di_nascita, city_of_birth',
  death_date: 'death_date, date_of_death, DeathDate, dod, Sterbedatum',
  age: 'age, Age, AGE, patient_age, age_years, age_in_years, Alter, âge, edad, età, leeftijd, idade, wiek, cust_age, age_at_admission',
  gender:
    'gender, Gender, sex, SEX, gender_code, gndr, Geschlecht, sexe, sexo, sesso, geslacht, kön, płeć, kjønn, gender_identity, sex_at_birth, patient_gender',
  marital_status:
    'marital_status, MaritalStatus, civil_status, Familienstand, estado_civil, stato_civile, situation_matrimoniale',
  nationality:
    'nationality, Nationality, citizenship, country_of_citizenship, Staatsangehörigkeit, nationalité, nacionalidad, nazionalità, nationaliteit',
  us_ssn:
    'ssn, SSN, ssn_number, social_security_number, SocialSecurityNumber, soc_sec_no, social_security_no, SSN_NBR, cust_ssn, employee_ssn',
  uk_nino: 'nino, NINO, national_insurance_number, National Insurance No, nationalInsuranceNumber',
  national_id:
    'national_id, NationalID, national_id_number, id_card_number, identity_card, identity_number, Personalausweis, cedula, carte_identite, government_id, personal_number, citizen_id, national_identity_number',
  br_cpf: 'cpf, CPF, num_cpf, cpf_number, cpf_cliente',
  es_nif: 'dni, DNI, dni_nie, numero_dni, NIE',
  nl_bsn: 'bsn, BSN, burgerservicenummer, bsn_nummer',
  pl_pesel: 'pesel, PESEL, nr_pesel, numer_pesel',
  se_personnummer: 'personnummer, Personnummer',
  in_aadhaar: 'aadhaar, aadhaar_number, aadhar_no, AadhaarNo, aadhar_card_number',
  passport:
    'passport, passport_number, PassportNo, passport_no, passport_num, Reisepassnummer, numero_passeport, pasaporte, numero_de_pasaporte, paspoortnummer, nr_paszportu',
  driving_licence:
    "driver_license, drivers_license, driver's license number, DriverLicenseNumber, driving_licence, driving_licence_no, dl_number, drv_lic_no, Führerscheinnummer, permis_de_conduire, licencia_de_conducir, patente_guida, rijbewijsnummer, driver_lic_num",
  tax_id:
    'tax_id, TaxID, tin, tax_number, taxpayer_id, Steuernummer, Steuer-ID, codice_fiscale, numero_fiscal, tax_identification_number',
  vat_id: 'vat, vat_number, VAT_ID, VatNumber, USt-IdNr, partita iva vat, btw_nummer, numero_tva',
  iban: 'iban, IBAN, iban_number, customer_iban, bank_iban, iban_code',
  card: 'credit_card, credit_card_number, CreditCardNumber, cc_number, ccn, cc_num, card_number, CardNo, card_no, debit_card_number, Kreditkartennummer, numero_carte, tarjeta_credito, payment_card_number, credit_card_no',
  bank_account:
    'account_number, bank_account, bank_account_number, acct_no, acct_num, BankAccountNo, Kontonummer, numero_compte, numero_cuenta, numero_conto, rekeningnummer, kontonr, acctnumber',
  routing_number:
    'routing_number, RoutingNo, bank_routing_number, sort_code, sortcode, aba_number, BLZ, Bankleitzahl, ifsc, ifsc_code, bsb',
  ip_address:
    'ip, IP, ip_address, IPAddress, ipAddress, ip_addr, client_ip, src_ip, source_ip, user_ip, last_login_ip, remote_addr_ip, IPv4, IP-Adresse, ipv6_address, remote_ip',
  mac_address: 'mac, mac_address, MACAddress, macAddr, device_mac, wifi_mac, bssid',
  imei: 'imei, IMEI, imei_number, device_imei, IMEI No',
  vin: 'vin, VIN, vin_number, vehicle_identification_number, VinNo, Fahrgestellnummer, chassis_number',
  licence_plate:
    'license_plate, LicensePlate, licence_plate, plate_number, plate_no, number_plate, vehicle_plate, registration_plate, Kennzeichen, plaque_immatriculation, matricula_plate, targa, kenteken, vehicle_registration_number, car_plate',
  username: 'username, user_name, UserName, login, login_name, Benutzername, nickname, screen_name, uname, userlogin',
  customer_id:
    'customer_id, CustomerID, CUSTOMER_ID, cust_id, customer_number, custno, customerNo, client_id, ClientNumber, user_id, userId, UserID, member_id, membership_number, account_id, Kundennummer, kunden_nr, numero_client, id_cliente, klantnummer, kundnummer, id_klienta, codigo_cliente, loyalty_id, subscriber_id',
  employee_id:
    'employee_id, EmployeeID, emp_id, emp_no, employee_number, EmployeeNo, empid, staff_id, personnel_number, Personalnummer, Mitarbeiter-Nr, badge_number, payroll_number, id_empleado, employee_code, staff_number, worker_number_employee_id',
  student_id:
    'student_id, StudentID, student_number, stud_id, Matrikelnummer, roll_no, roll_number, enrollment_number, student_no, id_etudiant',
  medical_record:
    'mrn, MRN, medical_record_number, MedicalRecordNo, patient_id, PatientID, pat_id, patient_number, patient_no, Patientennummer, med_rec_no, health_record_number, chart_number',
  insurance_number:
    'insurance_number, insurance_id, InsurancePolicyNumber, health_plan_beneficiary_number, medicare_number, medicaid_id, Versicherungsnummer, health_insurance_number, beneficiary_id, insurance_no',
  npi: 'npi, NPI, npi_number, provider_npi, physician_npi',
  ethnicity:
    'ethnicity, Ethnicity, race, Race, ethnic_group, race_ethnicity, Ethnie, etnia, patient_race, racial_group_ethnicity',
  religion: 'religion, Religion, Konfession, religious_affiliation, religione, religião religion',
  political_opinion: 'political_party, political_affiliation, party_affiliation, political_opinion, political_views',
  union_membership: 'union_member, trade_union, union_membership',
  sexual_orientation: 'sexual_orientation, SexualOrientation, sexuality',
  health:
    'diagnosis, Diagnosis, icd_code, icd10, ICD-10 code, medical_condition, blood_type, BloodGroup, allergies, disability, medication, diagnosis_code, Diagnose, hiv_status, medical_history, chronic_condition, primary_diagnosis, smoking_status',
  genetic: 'dna_sequence, genetic_marker, genetic_test',
  biometric:
    'fingerprint, fingerprint_id, biometric_id, iris_scan, voice_print, retina_scan, face_embedding, facial_recognition_id',
  face_image:
    'photo, profile_photo, face_image, profile_picture, photo_url, passport_photo, headshot, avatar, employee_photo, selfie',
  criminal_record: 'criminal_record, criminal_history, prior_convictions, felony, arrest_record',
  credential:
    'password, passwd, pwd, user_password, password_hash, api_key, apiKey, secret_key, access_token, auth_token, private_key, client_secret, pin_code, cvv, security_code, Passwort, contraseña, mot_de_passe, wachtwoord, hasło, senha, session_token, pass_hash, security_answer',
  salary:
    'salary, annual_salary, base_salary, monthly_income, Gehalt, salaire, salario, annual_income, compensation, wage',
  coordinates:
    'latitude, longitude, lat, lon, lng, home_latitude, gps_coordinates, geo_location, location_lat, Breitengrad, gps',
  profile_url:
    'linkedin_url, profile_url, facebook_url, LinkedIn Profile, twitter_profile_url social url, personal_website',
};

/** Headers that have words of those above and say something else. */
const NOT = `product_name, ProductName, file_name, filename, fileName, hostname, host_name, server_name, domain_name, company_name, CompanyName, brand_name,
  city_code, order_number, order_no, OrderID, order_id, invoice_number, invoice_no, InvoiceNo, tracking_number, transaction_id, product_id, ProductID, item_id,
  email_sent, email_count, is_email_verified, email_opened_at, email_domain, email_template, email_subject, num_emails, email_status, email_verified, has_email,
  phone_model, phone_type, phone_brand, has_phone, phone_verified, phone_os_version, num_phones, address_count, address_id, address_type, first_name_length,
  name_length, table_name, column_name, schema_name, event_name, category_name, team_name, movie_name, song_name, airport_name, airline_name, ship_name, vessel_name,
  station_name, hotel_name, restaurant_name, store_name, department_name, project_name, class_name, function_name, app_name, device_name, course_name, school_name,
  drug_name, species_name, common_name, scientific_name, plant_name, gene_name, dataset_name, model_name, campaign_name, channel_name, currency_name, language_name,
  origin, destination, delay, distance, created_at, updated_at, timestamp, date, time, status, type, description, title, quantity, price, amount, total, currency,
  version, build_number, serial_number, sku, isbn, ean, upc, batch_number, lot_number, part_number, model_number, flight_number, gate_number, room_number, seat_number,
  page_number, line_number, row_number, version_number, port_number, station_id, store_id, device_type, warehouse_id, category_id, region_id, event_id,
  age_group_count, average_age, mean_age, avg_age, median_income, average_salary, salary_currency, num_employees, employee_count, number_of_employees, total_customers,
  customer_count, customer_satisfaction_score, customer_rating, customer_segment, user_count, active_users, user_rating, member_since, membership_type, account_type,
  account_status, account_balance, card_type, card_brand, payment_method, payment_status, passport_required, license_type, software_license, licence_version, tax_rate,
  tax_amount, vat_rate, vat_amount, vat_pct, password_changed_at, password_length, is_password_set, token_count, key, value, hash, sha256, md5_checksum, session_duration,
  ip_count, ip_version, mac_os_version, latency, platform, plate_count, color, size, weight, height, temperature, humidity, pressure, wind_speed, precipitation, storage,
  message, page, image, stage, percentage, mileage, average, language, package, usage, coverage, voltage, shortage, passage, package_name, gender_ratio, sex_ratio,
  race_id, race_name, race_date, race_time, race_result, birth_rate, birth_weight, births, death_rate, deaths, health_score, health_check_url,
  insurance_provider, insurance_type, doctor_visits, hospital_beds, patient_count, patients, num_patients, student_teacher_ratio, students, employees, religion_count,
  state_machine, status_code, zip_file, zip_path, country_count, city_population, population, phone_calls, call_duration, contact_count, contacted, street_view_url,
  house_price, house_size, name_count, rename, username_length, login_count, last_login_at, login_time, cell_count, mobile_app_version, fax_enabled, photo_count,
  photos, fingerprint_algorithm, genre, treatment_group_size, pin_count, secret_santa, swift_version, vintage, accident, incident, identity_provider, president`;

function read(header: string): string | undefined {
  const fields = ['last_name', header].map((name) => ({ name, type: { name: 'utf8' } as const, nullable: true }));
  return personalDetector({ fields })
    .findings()
    .find(({ column }) => column === header)?.entity;
}

const headers = (text: string): string[] => text.split(',').map((each) => each.trim());

for (const [entity, text] of Object.entries(SAID)) {
  test(`headers of ${entity} are understood`, () => {
    const wrong = headers(text).filter((header) => header !== 'last_name' && read(header) !== entity);
    assert.deepEqual(
      wrong.map((header) => `${header}: ${read(header)}`),
      [],
    );
  });
}

test('headers that only sound personal are let pass', () => {
  const wrong = headers(NOT).filter((header) => read(header) !== undefined);
  assert.deepEqual(
    wrong.map((header) => `${header}: ${read(header)}`),
    [],
  );
});
