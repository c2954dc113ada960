/** Writes what is made from schemas and options: conf/default.json, conf/*.schema.json, docs/config.md, docs/owt-main.1. Run it by `npm run generate`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles } from '../dist/generate/generated.js'

const home = join(import.meta.dirname, '..')
for (const [path, text] of Object.entries(generatedFiles())) {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}
