const FIRST = [
  'Ada',
  'Amir',
  'Bea',
  'Chen',
  'Dina',
  'Emil',
  'Fatima',
  'Goran',
  'Hanna',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
  'Maya',
  'Noor',
  'Olga',
  'Pablo',
  'Rosa',
  'Sven',
  'Tariq',
  'Uma',
  'Vera',
  'Wim',
  'Yara',
];
const LAST = [
  'Adler',
  'Baker',
  'Costa',
  'Dubois',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ito',
  'Jensen',
  'Kowalski',
  'Lopez',
  'Moreau',
  'Novak',
  'Okafor',
  'Petrov',
  'Quinn',
  'Rossi',
  'Santos',
  'Tanaka',
  'Ueda',
  'Visser',
  'Weber',
  'Young',
];
const CITIES = ['Berlin', 'Leeds', 'Lyon', 'Madrid', 'Oslo', 'Porto', 'Turin', 'Utrecht'];
const PLANS = ['free', 'free', 'free', 'team', 'team', 'enterprise'];
const DAY_MS = 86_400_000;

/** Invented people as CSV: the same rows for the same seed. Numbers are from ranges that are reserved for fiction. */
export function customersCsv(rows: number, seed = 7): string {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const lines = ['customer_id,full_name,email,phone,birth_date,city,plan,spend'];
  for (let id = 1; id <= rows; id++) {
    const first = pick(FIRST);
    const last = pick(LAST);
    const born = new Date(Date.UTC(1940, 0, 1) + Math.floor(random() * 65 * 365) * DAY_MS).toISOString().slice(0, 10);
    const email = `${first}.${last}${id}@mail.example.com`.toLowerCase();
    const spend = (random() * 1000).toFixed(2);
    lines.push(
      `${id},${first} ${last},${email},+44 20 7946 0${digits(3)},${born},${pick(CITIES)},${pick(PLANS)},${spend}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Numbers from 0 to below 1: a linear congruential generator (constants of Numerical Recipes), to be the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
