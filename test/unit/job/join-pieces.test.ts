import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Piece, findPieces, joinPieces } from '../../../src/job/join-pieces.ts'
import { makeRecording } from '../../harness/builders.ts'

const HEAD = Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff, 0xa3, 0x84, 1])
/** The rest of a block, and a whole one. */
const REST = Buffer.from([2, 3, 4, 0xa3, 0x81, 7])
const MORE = Buffer.from([0xa3, 0x82, 8, 9])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-pieces-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Files of a room: "a_1 one.webm 0" is a file of a stream, and when it starts in s. */
async function room(
  list: readonly (readonly [string, Buffer | null, { readonly isUsable?: boolean }?])[],
): Promise<Parameters<typeof findPieces>> {
  const files = new Map<Piece['entry'], Piece>()
  const entries: Piece['entry'][] = []
  for (const [said, bytes, { isUsable = false } = {}] of list) {
    const [streamId = '', name = '', second = ''] = said.split(' ')
    const { entry } = makeRecording({ streamId, name, atMs: Number(second) * 1000 })
    entries.push(entry)
    if (bytes === null) continue
    const path = join(folder, name)
    await writeFile(path, bytes)
    files.set(entry, { entry, path, version: name, copyPath: `${path}.mkv`, isUnusable: !isUsable })
  }
  return [entries, files]
}

const usable = { isUsable: true }

async function found(list: Parameters<typeof room>[0]): Promise<string[]> {
  return (await findPieces(...(await room(list)))).map(({ pieces }) =>
    pieces.map(({ entry }) => entry.name).join(' '),
  )
}

describe('pieces of one recording', () => {
  it('are of one stream, the first with a beginning, the others without', async () => {
    expect(
      await found([
        ['a_1 1.webm 0', HEAD, usable],
        ['b_1 x.webm 0', HEAD],
        ['a_1 2.webm 1', REST],
        ['b_1 y.webm 1', REST],
        ['a_1 3.webm 1', MORE],
        ['a_1 4.webm 9', HEAD, usable],
        ['a_1 5.webm 9', REST],
        ['c_1 z.webm 0', HEAD, usable],
      ]),
    ).toEqual(['1.webm 2.webm 3.webm', '4.webm 5.webm', 'x.webm y.webm'])
  })

  it('stop at one that is missing, empty, usable by itself or out of order', async () => {
    for (const other of [null, Buffer.alloc(0)])
      expect(
        await found([
          ['a_1 1.webm 0', HEAD, usable],
          ['a_1 2.webm 1', other],
          ['a_1 3.webm 2', REST],
        ]),
      ).toEqual([])
    expect(
      await found([
        ['a_1 1.webm 0', HEAD, usable],
        ['a_1 2.mov 1', MORE, usable],
        ['a_1 3.webm 2', REST],
      ]),
    ).toEqual([])
    expect(
      await found([
        ['a_1 1.webm 5', HEAD, usable],
        ['a_1 2.webm 1', REST],
      ]),
    ).toEqual([])
  })
})

describe('a whole', () => {
  const { signal } = new AbortController()
  const joinOf = async (...bytes: readonly Buffer[]) => {
    const list = bytes.map((one, i) => [`a_1 ${i}.webm ${i}`, one] as const)
    const [pieces] = await findPieces(...(await room(list)))
    const to = join(folder, 'whole')
    const joined = await joinPieces(pieces!, { to, signal })
    return { names: joined?.map(({ entry }) => entry.name), whole: await readFile(to).catch(() => undefined) }
  }

  it('has the bytes of all of its pieces', async () => {
    const { names, whole } = await joinOf(HEAD, REST, MORE)
    expect(names).toEqual(['0.webm', '1.webm', '2.webm'])
    expect(whole).toEqual(Buffer.concat([HEAD, REST, MORE]))
  })

  it('ends before what does not go on with it', async () => {
    const { names, whole } = await joinOf(HEAD, REST, Buffer.from('notes about this room'), MORE)
    expect(names).toEqual(['0.webm', '1.webm'])
    expect(whole).toEqual(Buffer.concat([HEAD, REST]))
  })

  it('is not there where nothing goes on', async () => {
    expect(await joinOf(HEAD, Buffer.from('notes about this room'))).toEqual({
      names: undefined,
      whole: undefined,
    })
    expect(await readdir(folder)).not.toContain('whole')
  })
})
