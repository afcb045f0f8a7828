/** What the policy of the page asks of styles that are made while it runs. */
export const nonceOf = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
