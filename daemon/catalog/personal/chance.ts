/** Probability that at least `hits` of `tries` pass by chance, when each does with probability `p`. */
export function atLeast(hits: number, tries: number, p: number): number {
  if (hits <= 0) return 1;
  if (hits > tries || p <= 0) return 0;
  if (p >= 1) return 1;
  const mean = tries * p;
  // The normal tail is good enough where many are expected, and the sum below would be long.
  if (tries > 2000) return normalTail((hits - 0.5 - mean) / Math.sqrt(mean * (1 - p)));
  let term = Math.exp(tries * Math.log1p(-p));
  let below = 0;
  for (let k = 0; k < hits; k++) {
    below += term;
    term *= ((tries - k) / (k + 1)) * (p / (1 - p));
  }
  return Math.max(0, 1 - below);
}

/** Upper tail of the normal distribution (Abramowitz and Stegun 26.2.17). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.exp((-z * z) / 2) * 0.3989422804 * sum;
}
