/** The files generated from the schemas and the table of options, by path in the deployment. */
import { configPage } from './config-page.ts'
import { defaultConfFile } from './default-conf.ts'
import { cfgJsonSchema, confJsonSchema, indexJsonSchema } from './json-schemas.ts'
import { manPage } from './man-page.ts'

export function generatedFiles(): Readonly<Record<string, string>> {
  const json = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
  return {
    'conf/default.json': defaultConfFile(),
    'conf/cfg.schema.json': json(cfgJsonSchema()),
    'conf/index.schema.json': json(indexJsonSchema()),
    'conf/conf.schema.json': json(confJsonSchema()),
    'docs/config.md': configPage(),
    'docs/owt-main.1': manPage(),
  }
}
