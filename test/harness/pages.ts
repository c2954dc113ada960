/** The texts that users and developers read, and what is in them. */
import { readFileSync, readdirSync } from 'node:fs'

const HOME = new URL('../../', import.meta.url)

/** @param path below the repository */
export const textOf = (path: string): string => readFileSync(new URL(path, HOME), 'utf8')

/** Paths of a folder's files below the repository, those of its folders too. */
export const walk = (folder: string, ending: string): string[] =>
  readdirSync(new URL(`${folder}/`, HOME), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort()

/** Every page that is written in Markdown. */
export const PAGES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...walk('docs', '.md'),
]

/** Without blocks of code. */
export const proseOf = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '')

/** What stands between single backquotes. */
export const spansOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

/** Blocks of shell commands, each a text of lines. */
export const shellBlocksOf = (text: string): string[] =>
  [...text.matchAll(/^```sh$\n([^]*?)^```$/gm)].map(([, block = '']) => block)

/** Blocks without a language: shapes of JSON, output of commands. */
export const plainBlocksOf = (text: string): string[] =>
  [...text.matchAll(/^```(\w*)$\n([^]*?)^```$/gm)].flatMap(([, language, block = '']) =>
    language === '' ? [block] : [],
  )

/** Addresses that links and pictures of a page lead to. */
export const linksOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, address = '']) => address)

/** Anchors of a page's headings, as code hosts make them. */
export const anchorsOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
