import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { replaceText } from '../../../src/files/write-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-text-'))
  return () => rm(folder, { recursive: true, force: true })
})

it('puts a text in the place of another', async () => {
  const path = join(folder, 'a.json')
  await replaceText(path, 'one')
  await replaceText(path, 'two')
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await readdir(folder)).toEqual(['a.json'])
})

it('leaves nothing where it cannot, and says where that is', async () => {
  const path = join(folder, 'a.json')
  await mkdir(path)
  await expect(replaceText(path, 'one')).rejects.toMatchObject({ path })
  expect(await readdir(folder)).toEqual(['a.json'])
})

it('makes a file for one user alone, and writes through no link', async () => {
  const [path, victim] = [join(folder, 'a.json'), join(folder, 'victim')]
  await writeFile(victim, 'victim')
  await symlink(victim, `${path}.part`)
  await replaceText(path, 'own')
  expect(await readFile(victim, 'utf8')).toBe('victim')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})
