/** docs/config.md: every field of cfg.json, of the index and of conf/, in tables. */
import type { z } from 'zod'
import { allowedText } from '../messages/en/config.ts'
import { confSchema, defaultConf, variableOf } from '../config/conf.ts'
import { groupBy } from '../model/collect.ts'
import { valueAt } from '../config/check.ts'
import { type Field, fieldsOf } from '../config/fields.ts'
import { pathText } from '../config/findings.ts'
import { CFG_MEANINGS, INDEX_MEANINGS, type Meaning, type Meanings } from '../config/meanings.ts'
import { cfgSchema, indexSchema } from '../config/schema.ts'

/** Returns the page. @param ofConf descriptions of the settings */
export function configPage(ofConf: Meanings): string {
  return [
    '# Every field',
    '',
    'Made from the schemas by `npm run generate`; changes belong there. Types are what the worker accepts; what people write beside them, such as a number in quotes, is read as meant with a warning where it can mean one thing only. Unknown names give a warning in cfg.json and in the index, an error in conf/. `owt-main validate` checks a cfg.json and its index; editors do so by `$schema`, with `conf/cfg.schema.json`, `conf/index.schema.json` and `conf/conf.schema.json`.',
    '',
    '## cfg.json',
    '',
    'The last column is what the vendor\'s document says where it differs, or where it leaves open what is settled here. "required" there means that the document requires the field and this worker does not.',
    '',
    ...wireTables(cfgSchema, CFG_MEANINGS),
    '## The index',
    '',
    ...wireTables(indexSchema, INDEX_MEANINGS),
    '## conf/',
    '',
    'Settings may be given as variables too; they win over files. Arrays are JSON there.',
    '',
    ...confTables(ofConf),
  ].join('\n')
}

function wireTables(schema: z.ZodType, meanings: Meanings): string[] {
  const fields = fieldsOf(schema, (label) => meanings[label]?.as !== undefined)
  return tables({
    fields,
    head: ['field', 'type', 'default', 'meaning', "the vendor's document"],
    cells: ({ label, isRequired }) => {
      const meaning = meanings[label] ?? { is: '' }
      return [
        isRequired ? '**required**' : presetText(meaning),
        meaning.is + likeText(meaning),
        meaning.vendor ?? '',
      ]
    },
  })
}

function confTables(meanings: Meanings): string[] {
  const conf = defaultConf()
  return tables({
    fields: fieldsOf(confSchema).filter(({ allowed, label }) => !isObject(allowed) && label !== '$schema'),
    head: ['setting', 'type', 'default', 'meaning', 'variable'],
    cells: ({ path, label }) => {
      const section = path.slice(0, -1).join('.')
      const meaning = meanings[label]?.is ?? meanings[section]?.is ?? ''
      return [codeOf(valueAt(conf, path)), meaning, `\`${variableOf(path)}\``]
    },
  })
}

const isObject = ({ kind }: Field['allowed']): boolean => kind === 'object'

/** One table per object, under its path. @param input.cells the columns after the type */
function tables(input: {
  fields: readonly Field[]
  head: readonly string[]
  cells: (field: Field) => readonly string[]
}): string[] {
  const groups = groupBy(input.fields, ({ path }) => pathText(path.slice(0, -1)).replaceAll('[0]', '[]'))
  return [...groups].flatMap(([parent, fields]) => [
    ...(parent === '' ? [] : [`### ${parent}`, '']),
    row(input.head),
    row(input.head.map(() => '---')),
    ...fields.map((field) =>
      row([`\`${String(field.path.at(-1))}\``, allowedText(field.allowed), ...input.cells(field)]),
    ),
    '',
  ])
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const codeOf = (value: unknown): string => (value === '' ? '`""`' : `\`${JSON.stringify(value)}\``)

const presetText = ({ preset, presetText: text }: Meaning): string =>
  preset === undefined ? (text ?? '') : codeOf(preset)

const likeText = ({ as }: Meaning): string => (as === undefined ? '' : ` Its fields are those of \`${as}\`.`)
