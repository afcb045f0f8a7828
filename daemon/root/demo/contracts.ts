/** The provider's contract for the flights: plain ODCS, as any tool of that standard writes it. */
export const FLIGHTS_CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: acme-flights
version: 1.0.0
status: active
name: US domestic flights
schema:
  - name: flights
    logicalType: object
    properties:
      - name: date
        logicalType: timestamp
        required: true
      - name: delay
        logicalType: integer
        required: true
      - name: distance
        logicalType: integer
        required: true
        logicalTypeOptions:
          minimum: 0
          maximum: 10000
      - name: origin
        logicalType: string
        required: true
        logicalTypeOptions:
          pattern: "^[A-Z0-9]{3}$"
      - name: destination
        logicalType: string
        required: true
    quality:
      - metric: rowCount
        mustBeGreaterThan: 1000000
`;

/** What the consumer needs of the flights: another ODCS document, sent to the provider before it offers. */
export const FLIGHTS_REQUIREMENTS = `apiVersion: v3.1.0
kind: DataContract
id: vendor-flights-requirements
version: 1.0.0
status: proposed
name: What the delay model needs
schema:
  - name: flights
    logicalType: object
    properties:
      - name: date
        quality:
          - type: custom
            engine: counterfoil
            implementation: { id: every-weekday, check: time_coverage, unit: weekday, min: 1000 }
      - name: origin
        quality:
          - type: custom
            engine: counterfoil
            implementation: { id: these-airports, check: set_coverage, values: [ATL, DFW, JFK, LAX, ORD, SFO], minCount: 1000 }
`;

export const CUSTOMERS_CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: acme-customers
version: 1.0.0
status: active
name: Customers
schema:
  - name: customers
    logicalType: object
    properties:
      - name: customer_id
        logicalType: integer
        required: true
        unique: true
      - name: plan
        logicalType: string
        required: true
        quality:
          - metric: invalidValues
            arguments:
              validValues: [free, team, enterprise]
            mustBe: 0
`;

/** The vendor wants no personal data, and says so; the provider's gateway checks it before a byte leaves. */
export const CUSTOMERS_REQUIREMENTS = `apiVersion: v3.1.0
kind: DataContract
id: vendor-customers-requirements
version: 1.0.0
status: proposed
name: What the churn model needs
schema:
  - name: customers
    logicalType: object
    quality:
      - type: custom
        engine: counterfoil
        implementation: { id: no-people, check: pii.absent, entities: [email, phone, full_name] }
      - type: custom
        engine: counterfoil
        implementation: { id: enough-rows, check: row_count, min: 1000 }
    properties:
      - name: plan
        quality:
          - type: custom
            engine: counterfoil
            implementation: { id: every-plan, check: set_coverage, values: [free, team, enterprise] }
`;

/** A rule that the third party keeps to itself: the provider never sees it, only the signed verdict. */
export const CUSTOMERS_PRIVATE_RULE = `apiVersion: v3.1.0
kind: DataContract
id: lab-customers-requirements
version: 1.0.0
status: proposed
name: What the lab accepts
schema:
  - name: customers
    logicalType: object
    properties:
      - name: spend
        quality:
          - type: custom
            engine: counterfoil
            implementation: { id: big-spenders, check: range, min: 0, max: 900, side: consumer }
`;
