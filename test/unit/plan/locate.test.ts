import { describe, expect, it } from 'vitest'
import { filter, source } from '../../../src/graph/node.ts'
import { printGraph } from '../../../src/graph/print.ts'
import type { Command } from '../../../src/model/command.ts'
import { FONT } from '../../../src/model/place.ts'
import { type Locations, localCommand, pathOf } from '../../../src/plan/locate.ts'
import { placesOf } from '../../../src/plan/places.ts'

/** Paths with everything that one of ffmpeg's syntaxes or `replace` takes for something else. */
const WORK_PATH = "/work/it's: [a], b;\\ $& {font}"
const FONT_PATH = "/fonts/d'accord: [x].otf"
const RECORDING = '{recording:rec/{work}/a.webm}'
const at: Locations = {
  work: WORK_PATH,
  font: FONT_PATH,
  files: new Map([
    [RECORDING, '/bucket/rec/{work}/a.webm'],
    ['{picture:a1}', `${WORK_PATH}/watermark-picture-1.png`],
  ]),
}

const text = filter('drawtext', { textfile: '{work}/text.txt', fontfile: FONT })
const command: Command = {
  name: 'one',
  inputs: [
    { args: ['-f', 'matroska'], path: RECORDING, version: 'v1' },
    { args: ['-f', 'png_pipe'], path: '{picture:a1}' },
    { args: ['-f', 'concat'], path: '{work}/list.ffconcat' },
  ],
  graph: { path: '{work}/one.graph', text: printGraph({ out: source('video', [text]) }) },
  args: ['-f', 'mp4'],
  output: '{work}/hls/one.m3u8',
  cwd: '{work}/hls',
  files: [
    { path: '{work}/text.txt', text: "file '{work}/x' {font}" },
    { path: '{work}/list.ffconcat', text: "file '{work}/video-1.mp4'\n", isList: true },
  ],
  after: ['{work}/video-1.mp4'],
  durationMs: 1000,
}

describe('a command on a machine', () => {
  const local = localCommand(command, at)

  it('has the paths of that machine in place of its places', () => {
    expect(local.inputs.map(({ path }) => path)).toEqual([
      '/bucket/rec/{work}/a.webm',
      `${WORK_PATH}/watermark-picture-1.png`,
      `${WORK_PATH}/list.ffconcat`,
    ])
    expect(local.output).toBe(`${WORK_PATH}/hls/one.m3u8`)
    expect(local.cwd).toBe(`${WORK_PATH}/hls`)
    expect(local.after).toEqual([`${WORK_PATH}/video-1.mp4`])
    expect(local.graph?.path).toBe(`${WORK_PATH}/one.graph`)
  })

  it('names them so that ffmpeg reads them as they are, in its graph and its list', () => {
    const { reads } = placesOf({ ...local, outputs: [local.output] })
    expect(reads).toEqual(
      expect.arrayContaining([`${WORK_PATH}/text.txt`, FONT_PATH, `${WORK_PATH}/video-1.mp4`]),
    )
  })

  it('leaves what somebody has written as it is', () => {
    expect(local.files[0]?.text).toBe("file '{work}/x' {font}")
  })
})

it('a recording that is not on this machine has no path', () => {
  expect(() => pathOf('{recording:rec/b.webm}', at)).toThrow('{recording:rec/b.webm} is not on this machine')
})
