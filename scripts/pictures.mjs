/**
 * Makes the pictures of the README with the worker's own `preview`: each layout with stand-ins, and the bundled room.
 * Look at them before they are committed.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'

const home = join(import.meta.dirname, '..')
const pictures = join(home, 'docs/pictures')
const folder = mkdtempSync(join(tmpdir(), 'owt-main-pictures-'))
/** All pictures together, in bytes. */
const MOST = 600_000
const SIZE = { Width: 480, Height: 270 }
const START_MS = 1_795_320_000_000
const PEOPLE = ['alice_1', 'bob_1', 'carol_1', 'dave_1', 'erin_1']

const settings = (name) =>
  parse(readFileSync(join(home, 'mixer/gallery', name), 'utf8'), [], { allowTrailingComma: true }).Data

/** A gallery's layout, with so many people in the room. */
const layouts = [
  ['layout-tile', 5],
  ['layout-vertical', 5],
  ['layout-single', 5],
  ['layout-tile-2', 5],
  ['layout-vertical-2', 5],
  ['layout-custom', 4],
  ['positions-manual', 2],
]

try {
  rmSync(pictures, { recursive: true, force: true })
  mkdirSync(pictures, { recursive: true })
  for (const [name, people] of layouts) makeLayout(name, people)
  makeSample()
  const sizes = readdirSync(pictures).map((name) => [name, statSync(join(pictures, name)).size])
  for (const [name, bytes] of sizes) process.stdout.write(`${String(bytes).padStart(8)}  ${name}\n`)
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  if (total > MOST) throw new Error(`docs/pictures has ${total} bytes, ${MOST} are the most`)
} finally {
  rmSync(folder, { recursive: true })
}

function makeLayout(name, people) {
  const { MixerConfig, SubscribeConfig } = settings(`${name}.json`)
  const ids = name === 'positions-manual' ? ['alice_2', 'alice_1', 'bob_1'] : PEOPLE.slice(0, people)
  const [scaled, positions] = [SIZE.Width / 1280, MixerConfig.PositionConfig]
  const inPlace = (region) =>
    Object.fromEntries(
      Object.entries(region).map(([key, px]) => [key, key === 'Z' ? px : 2 * Math.round((px * scaled) / 2)]),
    )
  const cfg = {
    Action: 'job.start',
    Internal: { JobId: name, AppId: 'pictures', RoomId: 'room', Mode: 1 },
    Data: {
      TranscodingConfig: {
        Video: { Codec: 'h264', ...SIZE, Fps: 10, BitRate: 500, Profile: 'high' },
        Audio: { Codec: 'aac', SampleRate: 48000 },
      },
      MixerConfig: {
        ...MixerConfig,
        BackgroundColor: { R: 32, G: 36, B: 48 },
        ...(positions && {
          PositionConfig: positions.map((one) => ({ ...one, Region: inPlace(one.Region) })),
        }),
      },
      ...(SubscribeConfig && { SubscribeConfig }),
      RecordingConfig: {
        MediaChannel: 3,
        FileType: ['mp4'],
        StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out/$Jobid.mp4' },
      },
    },
  }
  const index = {
    JobId: name,
    RoomId: 'room',
    StartTime: START_MS,
    Root: 'rec',
    Files: ids.map((StreamId, i) => ({ StreamId, Name: `${i}.webm`, StartTime: START_MS + i * 10 })),
  }
  writeFileSync(join(folder, 'cfg.json'), JSON.stringify(cfg))
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(index))
  preview(['--mock', '--at', '5', '-o', join(pictures, `${name}.png`), join(folder, 'cfg.json')])
}

/** The sheet of the bundled room, as JPEG: it shows pictures of people, which PNG takes much room for. */
function makeSample() {
  const sheet = join(folder, 'sheet.png')
  preview(['-o', sheet, join(home, 'mixer/cfg.json')])
  const small = ['-vf', 'scale=1200:-2:flags=lanczos', '-q:v', '4', join(pictures, 'preview.jpg')]
  run('ffmpeg', ['-v', 'error', '-y', '-i', sheet, ...small])
}

function preview(args) {
  const places = ['--work-dir', join(folder, 'work')]
  run(process.execPath, [
    join(home, 'bin/owt-main'),
    'preview',
    '--quiet',
    '--lang',
    'en',
    ...places,
    ...args,
  ])
}

function run(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} ended with ${status}`)
}
