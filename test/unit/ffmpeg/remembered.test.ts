import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { remembered } from '../../../src/ffmpeg/remembered.ts'

let folder: string
let path: string
let asked: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-remembered-'))
  path = join(folder, 'program')
  asked = 0
  await writeFile(path, 'program')
  return () => rm(folder, { recursive: true })
})

const ask = (question = '1') =>
  remembered({ path, workFolder: folder, question }, () => Promise.resolve({ answer: ++asked }))

it('a program is asked once, until it or the question changes', async () => {
  expect(await ask()).toEqual({ answer: 1 })
  expect(await ask()).toEqual({ answer: 1 })
  await writeFile(path, 'another program')
  expect(await ask()).toEqual({ answer: 2 })
  expect(await ask('2')).toEqual({ answer: 3 })
})

it('a script is asked every time, for what it starts may have changed', async () => {
  await writeFile(path, '#!/bin/sh\n')
  expect([await ask(), await ask()]).toEqual([{ answer: 1 }, { answer: 2 }])
})

it('a memory that is broken, or that others could have written, is not believed', async () => {
  await ask()
  const file = join(folder, '.ffmpeg/answers.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.slice(0, -3))
  expect(await ask()).toEqual({ answer: 2 })
  await chmod(join(folder, '.ffmpeg'), 0o777)
  expect(await ask()).toEqual({ answer: 3 })
})

it('where nothing can be remembered the program is asked', async () => {
  await mkdir(join(folder, '.ffmpeg/answers.json/in-the-way'), { recursive: true })
  expect([await ask(), await ask()]).toEqual([{ answer: 1 }, { answer: 2 }])
})
