import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personalDetector } from '../daemon/catalog/index.js';
import { parseCsv, tableOf } from './support/tables.js';

/** What each column is found to be, of a small table as somebody would export it. */
function found(csv: string): Record<string, string> {
  const [names, ...rows] = parseCsv(csv.trim()).filter((row) => row.length > 1);
  const { schema, batch } = tableOf(
    names!,
    names!.map((_, at) => rows.map((row) => row[at])),
  );
  const detector = personalDetector(schema);
  detector.update(batch);
  return Object.fromEntries(
    detector.findings().map(({ column, entity, verdict }) => [column, verdict === 'is' ? entity : `(${entity})`]),
  );
}

const TABLES: Readonly<Record<string, [csv: string, expected: Record<string, string>]>> = {
  'a hospital export': [
    `MRN,PAT_NAME,DOB,SEX,ADM_DT,WARD,DX_CODE,ATTENDING_NPI
00481223,"OKAFOR, ADA",03/14/1951,F,2026-01-03,4W,I10,1234567893
00481230,"LINDGREN, PER",11/02/1948,M,2026-01-03,4W,E11.9,1245319599
00481244,"NGUYEN, THI MAI",07/30/1983,F,2026-01-04,ICU,J18.9,1234567893
00481251,"BROWN, CALEB",01/19/1975,M,2026-01-05,4W,I10,1245319599
00481260,"SINGH, HARPREET",05/05/1990,F,2026-01-05,2E,O80,1245319599`,
    {
      MRN: 'medical_record',
      PAT_NAME: 'full_name',
      DOB: 'birth_date',
      SEX: 'gender',
      DX_CODE: 'health',
      ATTENDING_NPI: 'npi',
    },
  ],
  'personnel, in German': [
    `Personalnr;Nachname;Vorname;Geb.-Datum;Konfession;Steuerklasse;IBAN;Abteilung
1001;Böttcher;Jana;14.03.1984;ev;1;DE89370400440532013000;Einkauf
1002;Yıldız;Emre;02.11.1979;;3;DE02120300000000202051;Vertrieb
1003;Schuster;Karl-Heinz;30.07.1966;rk;4;DE02500105170137075030;Einkauf
1004;von Ahlen;Friederike;19.01.1991;;1;DE02100500000054540402;IT
1005;Nowak;Piotr;05.05.1988;rk;1;DE02300209000106531065;Lager`.replaceAll(';', ','),
    {
      Personalnr: 'employee_id',
      Nachname: 'last_name',
      Vorname: 'first_name',
      'Geb.-Datum': 'birth_date',
      Konfession: 'religion',
      IBAN: 'iban',
    },
  ],
  'customers of a Spanish bank': [
    `id_cliente,apellidos,nombre,dni,telefono,saldo
90011,García Molina,Lucía,12345678Z,612 345 678,1530.22
90012,Ferrer Pons,Jordi,87654321X,698 112 233,20.00
90013,Ibáñez Soto,Carmen,11223344B,677 889 900,99871.10
90014,Ruiz Vega,Íñigo,44332211Y,655 443 322,0.00`,
    { id_cliente: 'customer_id', apellidos: 'last_name', nombre: 'first_name', dni: 'es_nif', telefono: 'phone' },
  ],
  'orders of a Brazilian shop': [
    `pedido,nome_cliente,cpf,cep,valor_total,data_pedido
55001,Maria Aparecida Souza,529.982.247-25,01310-100,199.90,2026-02-01
55002,João Pedro Almeida,111.444.777-35,20040-020,35.00,2026-02-01
55003,Ana Beatriz Rocha,390.533.447-05,30130-010,540.10,2026-02-02`,
    { nome_cliente: 'full_name', cpf: 'br_cpf', cep: 'postcode' },
  ],
  'a log of a web server': [
    `ts,level,client_ip,path,status,bytes
2026-03-01T00:00:01Z,info,203.0.113.9,/index.html,200,5120
2026-03-01T00:00:02Z,info,198.51.100.23,/api/v1.2.3/items,200,80
2026-03-01T00:00:02Z,warn,203.0.113.77,/login,401,12`,
    { client_ip: 'ip_address' },
  ],
  'tickets in free text': [
    `ticket,queue,body
1,billing,"Please send the invoice 2026-00412 again, thanks"
2,billing,"My new address for mails is jo.doe@acme.example, the old one is gone"
3,returns,"Parcel 00340434161094021501 was left at the door"
4,tech,"Error 0x80070057 since version 10.0.19045.2846"`,
    { body: '(email)' },
  ],
  'a table whose columns nobody named': [
    `column_1,column_2,column_3,column_4
1,Emma,Johnson,emma.j@acme.example
2,Oliver,Martinez,oliver@acme.example
3,Charlotte,Nguyen,c.nguyen@acme.example
4,William,Schneider,w.schneider@acme.example
5,Sophia,Rossi,sophia@acme.example
6,James,O'Brien,james@acme.example
7,Isabella,Garcia,isabella@acme.example
8,Benjamin,Clark,ben@acme.example`,
    { column_2: 'first_name', column_3: 'last_name', column_4: 'email' },
  ],
};

for (const [name, [csv, expected]] of Object.entries(TABLES))
  test(`what is personal in ${name}`, () => assert.deepEqual(found(csv), expected));

const CLEAN: Readonly<Record<string, string>> = {
  'ships and ports': `imo,vessel,flag,port,built
9321483,Emma Maersk,DK,Rotterdam,2006
9811000,Ever Given,PA,Hamburg,2018
9461867,Queen Elizabeth,BM,Southampton,2010
9241061,Queen Mary 2,BM,Southampton,2003`,
  'car models': `make,model,variant,engine_cc,price
Mercedes,Clara,LX,1950,31000
Ford,Henry,GT,2300,42000
Alfa Romeo,Giulia,Veloce,1995,47000
Tesla,Model 3,Long Range,0,44000`,
  'plants and their names': `genus,species,common_name,height_cm
Rosa,canina,Dog rose,300
Veronica,spicata,Spiked speedwell,60
Jasminum,officinale,Jasmine,600
Viola,tricolor,Heartsease,20`,
  'films with the names of people': `title,year,minutes
Jerry Maguire,1996,139
Forrest Gump,1994,142
Erin Brockovich,2000,131
Annie Hall,1977,93
Donnie Darko,2001,113`,
  'articles with check digits': `sku,ean,isbn,qty
AB-1001,4006381333931,9783161484100,5
AB-1002,5901234123457,9780306406157,2
AB-1003,4012345678901,9781861972712,9`,
};

for (const [name, csv] of Object.entries(CLEAN))
  test(`nothing is personal in ${name}`, () => assert.deepEqual(found(csv), {}));

test('ways of writing a number of a phone or a person', () => {
  const rows = Array.from({ length: 12 }, (_, at) => {
    const phone = `${at % 2 === 0 ? '(+30)' : '+30'} 69${at + 10} ${811535 + 997 * at}`;
    return `x${at},${phone},${60 + at}0${1 + (at % 9)}${10 + at}-${1 + (at % 4)}${228967 + 7919 * at}`;
  });
  assert.deepEqual(found(['a,b,c', ...rows].join('\n')), { b: 'phone', c: 'national_id' });
});
