import { Autocomplete, SimpleGrid, TextInput } from '@mantine/core';

export interface TermTexts {
  purpose: string;
  basis: string;
  expires: string;
  retain: string;
  follow: string;
}

export const NO_TERMS: TermTexts = { purpose: '', basis: '', expires: '', retain: '', follow: '' };

/** Only what was filled in, as the API takes it. */
export const givenTerms = (terms: TermTexts): Partial<TermTexts> =>
  Object.fromEntries(
    Object.entries(terms)
      .map(([name, text]: [string, string]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== ''),
  );

/** Purpose, legal basis, end, retention, schedule. */
export function Terms({ terms, change }: { terms: TermTexts; change: (terms: TermTexts) => void }) {
  const field = (name: keyof TermTexts) => ({
    value: terms[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ ...terms, [name]: event.currentTarget.value }),
  });
  const choice = (name: keyof TermTexts) => ({
    value: terms[name],
    onChange: (value: string) => change({ ...terms, [name]: value }),
  });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      <TextInput label="Purpose" placeholder="Evaluate delay models" maxLength={500} {...field('purpose')} />
      <Autocomplete
        label="Legal basis"
        description="A code, where rows are personal"
        placeholder="gdpr:6.1.b"
        data={['gdpr:6.1.a', 'gdpr:6.1.b', 'gdpr:6.1.c', 'gdpr:6.1.d', 'gdpr:6.1.e', 'gdpr:6.1.f', 'none']}
        {...choice('basis')}
      />
      <TextInput label="Expires" description="In UTC" type="date" {...field('expires')} />
      <TextInput label="May be kept for" description="Hours or days" placeholder="30d" {...field('retain')} />
      <Autocomplete
        label="Follow new versions"
        description="Cron, in UTC; empty sends when asked"
        placeholder="0 6 * * 1-5"
        data={['0 * * * *', '0 6 * * *', '0 6 * * 1-5']}
        {...choice('follow')}
      />
    </SimpleGrid>
  );
}
