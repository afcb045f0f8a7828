import type { Entity } from '../entities.js';

/** What a header can say a column is: an entity, or a name, date or number whose kind its neighbours decide. */
export type HeaderEntity = Entity | 'name';

/**
 * Per entity the English words that must all be there, in any order; phrases are separated by commas. `!` after a phrase:
 * it counts only when no unknown word is beside it. `?`: only in a table in which there are people.
 */
const TABLE: Record<HeaderEntity, string> = {
  first_name: 'first name, given name, christian name, first!',
  middle_name: 'middle name, middle initial, second name, middle!',
  last_name:
    'last name, first last name, family name, maiden name, second last name, birth name, last!, paternal, maternal',
  full_name:
    'full name, display name, legal name, person name, complete name, name account, name card, name kin, next kin, primary contact, contact person, contact name',
  name: 'name',
  username:
    'user name, login!, login name, nickname, user login, screen name, account name, twitter!, instagram!, skype!, telegram!, whatsapp!, linkedin!, github login, social media',
  email: 'email, email address, email id, mail, mail address, mail electronic, electronic address, contact email',
  phone:
    'phone, mobile, fax, phone number, mobile number, fax number, mobile phone, contact number, landline, whatsapp number, calling number, called number, msisdn, caller number, emergency number, contact phone',
  street_address:
    'street, street address, street name, address line, address street, line street, address 1, address 2, road name',
  address:
    'address, home address, full address, mailing address, postal address, residence, residence address, address complete, shipping address, billing address, delivery address, ship address, bill address, domicile',
  house_number:
    'house number, apartment, apartment number, building number, street number, unit number, house name, door number',
  city: 'city, address city, city name, city residence',
  county: 'county, county name',
  state: 'state, province, address state, state name, state code, state province, region state',
  country: 'country, address country, country residence, country name, country code',
  postcode: 'postal code, post code, postcode, address postal code',
  birth_date: 'birth date, date birth, birth, birth day, birth timestamp, birth at',
  birth_year: 'birth year, year birth',
  birth_place: 'birth place, place birth, birth city, birth country, city birth, country birth, birth state',
  death_date: 'death date, date death',
  age: 'age, age year, age years, age at, age group patient, person age, age range person, agey',
  gender: 'gender, gender identity, gender code, gender at birth',
  nationality: 'nationality, country nationality, citizen country, native country, citizen!, citizenship status',
  marital_status:
    'marital status, mar status, civil status, civil state, marital situation, married, marital, marriage status',
  national_id:
    'national id, national number, national id number, identity card, identity card number, identity number, id card, id card number, government id, citizen id, resident id, national identity, national identity number, social security number id, personal number, personal id, personal identity number, person number, gov id, identity document, id document, document number, birth number, health insurance card',
  us_ssn: 'social security number, social security, social number',
  us_itin: 'itin',
  uk_nino: 'nino, national insurance number, national insurance',
  uk_nhs: 'nhs, nhs number',
  de_tax_id: 'tax id german',
  fr_nir: 'nir, insee number',
  es_nif: 'dni, nie, dni nie, dni number, nie number',
  it_fiscal_code: 'fiscal code',
  nl_bsn: 'bsn, bsn number, burger service number',
  se_personnummer: 'personnummer',
  pl_pesel: 'pesel, pesel number',
  ca_sin: 'sin, sin number, social insurance number',
  au_tfn: 'tfn, tax file number, tfn number',
  in_aadhaar: 'aadhaar, aadhaar number, aadhaar card, aadhaar card number',
  in_pan: 'pan, pan number, pan card, permanent account number',
  br_cpf: 'cpf, cpf number',
  passport: 'passport, passport number, passport id, travel document',
  driving_licence:
    'driver licence, driver licence number, driver licence id, licence driver, licence number driver, dl number, driver permit, dl!, licence number?',
  tax_id:
    'tax id, tax number, tax code, utr, nif, tax id number, tax identity number, taxpayer id, number tax, tax reference',
  vat_id: 'vat, vat id, vat number, number vat, vat registration, gst number, gstin',
  iban: 'iban, iban number, international bank account number, iban code, iban account',
  card: 'credit card, credit card number, card number, debit card, debit card number, payment card, payment card number, card!, card account number, cc number, credit number',
  bank_account:
    'account number, bank account, bank account number, account number bank, account id bank, basic bank account number, bban, account no bank, clabe, nuban',
  routing_number:
    'routing number, bank routing number, sort code, routing transit number, bank code, transit number, ifsc, ifsc code, bank sort code, bsb, routing, aba number',
  ip_address:
    'ip, ip address, address ip, client ip, remote address, ip source, ip addr, remote ip, host ip, source ip',
  mac_address: 'mac, mac address, address mac, bssid, wifi mac, bluetooth address, ethernet address, hardware address',
  imei: 'imei, imei number, device imei, meid',
  vin: 'vin, vin number, vehicle id number, vin code, vehicle identification number, chassis number',
  licence_plate:
    'licence plate, plate number, plate!, licence plate number, vehicle registration, vehicle registration number, registration plate, vehicle plate, car registration, car plate, vehicle number plate, vrm, tag plate',
  profile_url:
    'profile url, profile link, linkedin url, facebook url, social url, homepage user, personal website, personal url, facebook, linkedin profile, social profile',
  url_with_user: 'url with user',
  coordinates:
    'latitude, longitude, coordinates, geo location, geolocation, gps, gps coordinates, gps location, lat long, geo point, location coordinates, gps latitude, gps longitude, latlng',
  medical_record:
    'medical record number, medical record, patient number, patient id, health record number, patient record, chart number, hospital number, medical number, medical id, health id, patient identifier, medical record id, patient mrn, record number patient',
  insurance_number:
    'insurance number, insurance id, insurance policy number, health plan id, health plan number, policy number health, beneficiary id, beneficiary number, medicare number, medicaid id, medicaid number, medicare id, health insurance number, health insurance id, mbi, insurance subscriber id, insured id, group number insurance, member id insurance, plan beneficiary, health plan beneficiary number, health card number, insurance member id, policy holder id, medicare, payer member id',
  npi: 'npi, npi number, provider npi, national provider id',
  biometric:
    'biometric!, fingerprint?, iris!, retina!, voice print, voiceprint, face encoding, face embedding, face recognition, biometric id, palm print, iris scan, retina scan, face template, fingerprint hash, fingerprint id, dna!, biometric template',
  face_image:
    'photo!, face image, face photo, profile photo, profile image, profile picture, photo id, passport photo, face!, user photo, employee photo, face url, photo url, avatar image',
  employee_id:
    'employee id, employee number, employee code, personnel number, personnel id, badge number, badge id, badge!, payroll number, payroll id, worker id, employee key',
  student_id:
    'student id, student number, student code, enrolment number,  matriculation number, roll number, enrolment id, registration number student',
  customer_id:
    'customer id, customer number, user id, member id, member number, customer code, client id, client number, account id, account holder id, cardholder id, subscriber number, subscriber id, loyalty number, membership number, membership id, customer!, frequent flyer number, user number, customer key, loyalty id, rewards number, consumer id, user key, client!, household id',
  person_id:
    'person id, guest id, passenger id, applicant id, borrower id, respondent id, participant id, subject id, owner id, visitor id, player id, contact id, voter id, donor id, individual id, driver id, cookie id, device id, advertising id, idfa!, gaid!, person key, candidate id, case number patient, worker id, victim id, offender id, doctor id, physician id, nurse id, teacher id, parent id guardian, child id, tenant id person, author id, reviewer id, agent id',
  ethnicity:
    'ethnicity, race!, ethnic group, race ethnicity, ethnic origin, racial!, tribe!, caste!, ethnic background, ethnicity code, race code',
  religion: 'religion, religious affiliation, religious belief, church tax, religion code, denomination?',
  political_opinion:
    'political!, political party, political affiliation, political opinion, party affiliation, political view, political views, voting preference, party registration, party membership, vote intention',
  union_membership: 'union membership, trade union, labor union, labour union, union member, union?',
  health:
    'diagnosis, disease?, medication, health condition, medical condition, health status, icd, icd 10, icd code, blood type, blood group, allergies, allergy, disability, disability status, symptoms?, symptom?, medical history, treatment?, hiv, hiv status, pregnant, pregnancy?, pregnancies?, mental health, diagnosis code, chronic condition, smoker, smoking status, vaccination status, prescription?, surgery?, bmi?, blood pressure?, cholesterol?, diabetes, cancer?, chief complaint, primary diagnosis, covid status, comorbidity, glucose?, insulin?, medical diagnosis, heart disease, illness',
  genetic:
    'genetic, genotype, dna sequence, genome, genetic marker, gene sequence patient, genetic test, karyotype, haplotype',
  sexual_orientation: 'sexual orientation, orientation sexual, sexuality, sexual preference, sex life',
  criminal_record:
    'criminal record, criminal history, conviction, convictions, felony, criminal offence, criminal offense, arrest record, arrests, prior convictions, police record, offender status, criminal background',
  credential:
    'password, mot passe, password hash, secret!, api key, access token, secret key, private key, auth token, client secret, access key, refresh token, pin!, pin code, security code, cvv, cvc, cvv 2, security answer, session token, session id, encryption key, bearer token, ssh key, security question, passkey, otp!, card security code, api token, api secret, secret access key, auth key, jwt!, credentials!, credential!, user password, card pin, mother maiden name, password salt, totp secret',
  salary:
    'salary, annual income, income?, wage?, annual salary, monthly salary, base salary, monthly income, household income, compensation, net salary, gross salary, yearly compensation, hourly wage, net worth',
};

export interface Phrase {
  entity: HeaderEntity;
  words: readonly string[];
  /** The words are common, so that a header with others beside them says something else. */
  alone: boolean;
  /** It is personal only in a table in which there are people. */
  people: boolean;
}

/** Longest first. */
export const PHRASES: readonly Phrase[] = Object.entries(TABLE)
  .flatMap(([entity, text]) =>
    text.split(/,\s*/).map((phrase) => ({
      entity: entity as HeaderEntity,
      words: phrase.replace(/[!?]$/, '').split(' '),
      alone: phrase.endsWith('!'),
      people: phrase.endsWith('?'),
    })),
  )
  .sort((a, b) => b.words.length - a.words.length);
