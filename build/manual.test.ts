import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';

const MANUAL = path.join(ROOT, 'docs/manual');
const I18N = path.join(ROOT, 'renderer/i18n');
const LANGUAGES = ['ru', 'en'] as const;
const pages = LANGUAGES.flatMap((language) =>
  readdirSync(path.join(MANUAL, language)).map((file) => ({
    language,
    file: `${language}/${file}`,
    text: readFileSync(path.join(MANUAL, language, file), 'utf8'),
  })),
);

type Words = { [key: string]: string | Words };
const textsIn = (words: Words): string[] =>
  Object.values(words).flatMap((value) => (typeof value === 'string' ? [value] : textsIn(value)));
const escaped = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

/** What stands on the screens in this language; a parameter may be anything. */
async function screenTexts(language: (typeof LANGUAGES)[number]): Promise<RegExp> {
  const file = path.join(I18N, `${language}.ts`);
  const module = (await import(file)) as Record<string, Words>;
  const patterns = textsIn(module[language] ?? {})
    // «{{when}}, {{who}}» would be anything
    .filter((text) => !text.includes('{{') || /\p{L}{4}/u.test(text.replace(/\{\{\w+\}\}/g, '')))
    .map((text) => escaped(text).replace(/\{\{\w+\}\}/g, '.+'));
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

describe('the manual', () => {
  it('has the same pages in both languages, and they show the same pictures in the same order', () => {
    const of = (language: string) =>
      pages
        .filter((page) => page.language === language)
        .map(({ file, text }) => ({
          file: path.basename(file),
          pictures: [...text.matchAll(/img\/([\w-]+)-(?:ru|en)\.png/g)].map((match) => match[1]),
        }));
    expect(of('ru')).toEqual(of('en'));
    expect(of('ru')).toHaveLength(6);
  });

  it.each(pages)('$file: what is bold is what the screens say', async ({ language, text }) => {
    const said = await screenTexts(language);
    const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map((match) => (match[1] ?? '').replace(/\s+/g, ' '));
    expect(bold.filter((words) => !said.test(words))).toEqual([]);
  });

  it.each([...pages, { file: 'README.md', text: readFileSync(path.join(MANUAL, 'README.md'), 'utf8') }])(
    '$file: its links and pictures are there',
    ({ file, text }) => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
      const folder = path.dirname(path.join(MANUAL, file));
      expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([]);
    },
  );

  it('names only commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
  });
});
