import { expect, it } from 'vitest'
import { isGlob, parseGlob } from '../../../src/batch/glob.ts'

it.each([
  ['/a/b/*.json', '/a/b', 1],
  ['/*/cfg.json', '/', 2],
  ['jobs/**/cfg.json', 'jobs', 2],
  ['*/cfg.json', '', 2],
  ['a//j?b//c.json', 'a/', 2],
])('%s begins at "%s"', (pattern, base, steps) => {
  const glob = parseGlob(pattern)
  expect({ base: glob.base, steps: glob.steps.length }).toEqual({ base, steps })
})

it.each<[string, string[], string[]]>([
  ['*', ['a', 'a.json', '会议'], ['.a', '']],
  ['*.json', ['a.json', 'a.b.json'], ['ajson', 'a.jsonx', '.a.json']],
  ['job-?', ['job-1', 'job-😀'], ['job-', 'job-12']],
  ['.*', ['.a'], ['a']],
  ['a(b)+*', ['a(b)+', 'a(b)+c'], ['ab', 'abb']],
  ['[ab]*', ['[ab]c'], ['a', 'b']],
])('%s stands for names as in a shell', (name, good, bad) => {
  const [test] = parseGlob(`/x/${name}`).steps
  const fits = (candidate: string) => test instanceof RegExp && test.test(candidate) && candidate !== ''
  expect(good.filter(fits)).toEqual(good)
  expect(bad.filter(fits)).toEqual([])
})

it('only a wildcard makes a glob', () => {
  expect(['a*', 'a?', '**', 'a[1]', 'a{b,c}', 'a'].filter(isGlob)).toEqual(['a*', 'a?', '**'])
})
