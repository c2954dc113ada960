/** Links and pictures of all pages lead somewhere, and every page can be found. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PAGES, anchorsOf, linksOf, textOf } from '../../harness/pages.ts'

const HOME = join(import.meta.dirname, '../../..')
const MOST_PICTURE_BYTES = 600_000

/** The page or file a link of a page leads to, and the anchor there. */
function target(page: string, link: string): { path: string; anchor: string } {
  const [path = '', anchor = ''] = link.split('#')
  return { path: path === '' ? page : normalize(join(dirname(page), path)), anchor }
}

const linked = (page: string) =>
  linksOf(textOf(page))
    .filter((link) => !/^https?:/.test(link))
    .map((link) => ({ link, ...target(page, link) }))

describe.each(PAGES)('%s', (page) => {
  it('links to files and headings that exist', () => {
    const broken = linked(page).filter(({ path, anchor }) => {
      if (!existsSync(join(HOME, path))) return true
      return anchor !== '' && !anchorsOf(textOf(path)).includes(anchor)
    })
    expect(broken.map(({ link }) => link)).toEqual([])
  })
})

it('the README leads to all pages, by way of the index of docs', () => {
  const [found, todo] = [new Set(['README.md']), ['README.md']]
  for (let page = todo.pop(); page !== undefined; page = todo.pop()) {
    for (const { path } of linked(page).filter(({ path }) => path.endsWith('.md') && !found.has(path))) {
      found.add(path)
      todo.push(path)
    }
  }
  expect(PAGES.filter((page) => !found.has(page))).toEqual([])
  const index = linked('docs/README.md').map(({ path }) => path)
  const pages = PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md')
  expect(pages.filter((page) => !index.includes(page))).toEqual([])
})

it('the README shows all pictures, which are quick to load', () => {
  const folder = join(HOME, 'docs/pictures')
  const names = readdirSync(folder)
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(bytes).toBeLessThan(MOST_PICTURE_BYTES)
  const shown = linksOf(textOf('README.md'))
  expect(names.filter((name) => !shown.includes(`docs/pictures/${name}`))).toEqual([])
})

it('the README is short', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(140)
})
