/**
 * Bundles the worker into dist/bundle: finding, reading and linking 400 modules takes Node longer than planning a job.
 * Dependencies stay in node_modules, where they are updated. The exception is zod: its package can only be loaded
 * with all of its fifty languages, which takes as long as the worker's own modules.
 */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const home = join(import.meta.dirname, '..')
const outdir = join(home, 'dist/bundle')

const dependencies = {
  name: 'dependencies',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path === 'zod' ? undefined : { external: true },
    )
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, '../locales/en.js'),
    }))
  },
}

const { outputFiles } = await build({
  absWorkingDir: home,
  entryPoints: ['src/main.ts', 'src/index.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.11',
  plugins: [dependencies],
  logLevel: 'warning',
  write: false,
})
// What has not changed stays as it is: a worker that runs meanwhile loads parts of it later.
await mkdir(outdir, { recursive: true })
for (const { path, text } of outputFiles) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text)
}
await copyFile(join(home, 'node_modules/zod/LICENSE'), join(outdir, 'LICENSE.zod'))
const made = new Set(['LICENSE.zod', ...outputFiles.map(({ path }) => basename(path))])
for (const name of await readdir(outdir)) if (!made.has(name)) await rm(join(outdir, name))
