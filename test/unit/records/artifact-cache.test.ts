import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../../src/model/command.ts'
import { type Place, WORK, type WorkPlace } from '../../../src/model/place.ts'
import { type ArtifactCache, keyPath, openArtifactCache } from '../../../src/records/artifact-cache.ts'

let folder: string
const made: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-steps-'))
  made.length = 0
  return () => rm(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)
const place = (name: string): WorkPlace => `${WORK}/${name}`
const pathOf = (of: Place) => of.replace(WORK, folder)
const open = (ffmpeg = '7.0'): ArtifactCache => openArtifactCache({ makers: { worker: '1', ffmpeg }, pathOf })

const recorded = (version: string, key = 'in.webm') =>
  ({ args: [], path: `{recording:${key}}`, version }) as const

function commandOf(name: string, changes: Partial<Command> = {}): Command {
  return {
    name,
    inputs: [recorded('etag-1')],
    args: ['-c', 'copy'],
    output: place(`${name}.mp4`),
    files: [],
    durationMs: 1000,
    ...changes,
  }
}

/** Writes the step's name where it is told to. */
const write = async ({ name, output }: Command): Promise<void> => {
  made.push(name)
  await writeFile(pathOf(output), name)
}

describe('a step', () => {
  it('is made once, under a name of its own until it is whole, and not again by a later run', async () => {
    const wroteTo: string[] = []
    const carryOut = async (command: Command) => {
      wroteTo.push(basename(command.output))
      expect(await readdir(folder)).toEqual([])
      await write(command)
    }
    const steps = open()
    expect(await steps.run(commandOf('a'), carryOut)).toBe(true)
    expect(wroteTo).toEqual(['a.mp4.part'])
    expect(await readFile(at('a.mp4'), 'utf8')).toBe('a')
    expect((await readdir(folder)).toSorted()).toEqual(['a.mp4', 'a.mp4.key'])
    const later = open()
    expect(later.keyOf(place('a.mp4'))).toBeUndefined()
    expect(await later.run(commandOf('a'), write)).toBe(false)
    expect(later.keyOf(place('a.mp4'))).toBe(steps.keyOf(place('a.mp4')))
    expect(made).toEqual(['a'])
  })

  it.each<[string, Partial<Command>]>([
    ['other options', { args: ['-c', 'h264'] }],
    ['another content of its input', { inputs: [recorded('etag-2')] }],
    ['another picture', { inputs: [{ args: [], path: '{picture:b2}' }] }],
    ['an input opened in another way', { inputs: [{ ...recorded('etag-1'), args: ['-ss', '1'] }] }],
    ['another graph', { graph: { path: place('g'), text: 'null' } }],
    ['another list', { files: [{ path: place('list'), text: 'file a' }] }],
  ])('is made again with %s', async (_, changes) => {
    await open().run(commandOf('a'), write)
    expect(await open().run(commandOf('a', changes), write)).toBe(true)
    expect(await open().run(commandOf('a', changes), write)).toBe(false)
  })

  it('is the same whatever it and its recordings are called and however long it is thought to take', async () => {
    await open().run(commandOf('a'), write)
    const inputs = [recorded('etag-1', 'renamed.webm')]
    const renamed = { ...commandOf('a'), name: 'b', durationMs: 5, inputs }
    expect(await open().run(renamed, write)).toBe(false)
  })

  it('is made again with another ffmpeg', async () => {
    await open().run(commandOf('a'), write)
    expect(await open('7.1').run(commandOf('a'), write)).toBe(true)
  })

  it('is made again when what it is made of was, be it an input or read on the side', async () => {
    const joined = commandOf('joined', {
      inputs: [{ args: [], path: place('a.mp4') }],
      after: [place('b.mp4')],
    })
    const runAll = async (changes: { a?: Partial<Command>; b?: Partial<Command> } = {}) => {
      const steps = open()
      await steps.run(commandOf('a', changes.a), write)
      await steps.run(commandOf('b', changes.b), write)
      return steps.run(joined, write)
    }
    expect(await runAll()).toBe(true)
    expect(await runAll()).toBe(false)
    expect(await runAll({ a: { args: ['-an'] } })).toBe(true)
    expect(await runAll({ a: { args: ['-an'] }, b: { args: ['-vn'] } })).toBe(true)
    expect(await runAll({ a: { args: ['-an'] }, b: { args: ['-vn'] } })).toBe(false)
  })

  it('leaves nothing of itself when it fails, not even what was there before', async () => {
    await open().run(commandOf('a'), write)
    const fails = async (command: Command) => {
      await write(command)
      throw new Error('no more of this')
    }
    await expect(open().run(commandOf('a', { args: [] }), fails)).rejects.toThrow('no more of this')
    expect(await readdir(folder)).toEqual(['a.mp4'])
    // The old output has no key any more: it is taken for nobody's.
    expect(await open().run(commandOf('a'), write)).toBe(true)
  })

  it.each([
    ['its output is gone', (output: string) => rm(output)],
    ['its key is gone', (output: string) => rm(keyPath(output))],
    ['its key is half there', (output: string) => writeFile(keyPath(output), 'abc')],
  ])('is made again when %s', async (_, spoil) => {
    await open().run(commandOf('a'), write)
    await spoil(at('a.mp4'))
    expect(await open().run(commandOf('a'), write)).toBe(true)
  })

  it('is waited for by whoever asks for it while it is made; another with the same output comes after it', async () => {
    const steps = open()
    let go = () => {}
    const held = new Promise<void>((resolve) => (go = resolve))
    const slow = steps.run(commandOf('a'), async (command) => {
      await held
      await write(command)
    })
    const same = steps.run(commandOf('a'), write)
    const other = steps.run(commandOf('a', { args: [], name: 'other' }), write)
    expect(made).toEqual([])
    go()
    expect(await Promise.all([slow, same, other])).toEqual([true, true, true])
    expect(made).toEqual(['a', 'other'])
    expect(await readFile(at('a.mp4'), 'utf8')).toBe('other')
  })
})

describe('whoever watches', () => {
  it('is told how much of an output there is, whoever asked for it', async () => {
    const steps = open()
    const [a, b] = [commandOf('a'), commandOf('b')]
    const seen: (readonly [number | undefined, boolean])[] = []
    const stop = steps.watch(() => seen.push([steps.madeMs(a.output), steps.isUnderWay(a.output)]))
    expect(steps.madeMs(a.output)).toBeUndefined()
    await steps.run(a, async (command, moved) => {
      moved(400)
      await write(command)
    })
    expect(seen).toEqual([
      [0, true],
      [400, true],
      [1000, true],
    ])
    expect(steps.isUnderWay(a.output)).toBe(false)
    stop()
    await steps.run(b, write)
    expect(seen).toHaveLength(3)
  })

  it('is told nothing of what an earlier run has made', async () => {
    await open().run(commandOf('a'), write)
    const steps = open()
    steps.watch(() => expect.fail('nothing was made'))
    expect(await steps.run(commandOf('a'), write)).toBe(false)
    expect(steps.madeMs(place('a.mp4'))).toBeUndefined()
  })

  it('sees an output that is made anew begin anew', async () => {
    const steps = open()
    await steps.run(commandOf('a'), write)
    const seen: (number | undefined)[] = []
    steps.watch(() => seen.push(steps.madeMs(place('a.mp4'))))
    await steps.run(commandOf('a', { args: ['-c', 'other'] }), write)
    expect(seen).toEqual([0, 1000])
  })
})
