/** A good request to change one thing in, and what reading it says. */
import { readFileSync } from 'node:fs'
import { defaultConf } from '../../../src/config/conf.ts'
import { parseCfg } from '../../../src/config/cfg.ts'
import { readJob } from '../../../src/config/read-job.ts'
import { fontOf } from '../../../src/cli/settings.ts'
import { JobError } from '../../../src/errors.ts'
import { say } from '../../../src/messages/index.ts'
import type { Job, Settings } from '../../../src/model/job.ts'
import { settingsAtStart } from '../../../src/model/settings.ts'
import { letteringOf } from '../../../src/job/read-font.ts'

export const conf = defaultConf()
const lettering = letteringOf(fontOf(conf), conf)

const BASE = {
  Action: 'job.start',
  Token: 'top-token-value',
  Internal: { JobId: 'job-1', AppId: 'app', RoomId: 'room', RequestId: '7', Mode: 1, ChannelType: 0 },
  Data: {
    TranscodingConfig: {
      Video: { Codec: 'h264', Width: 640, Height: 360, Fps: 15, BitRate: 800, Profile: 'high' },
      Audio: { Codec: 'aac', SampleRate: 48000 },
    },
    RecordingConfig: {
      StorageConfig: {
        Vendor: 'ucloud',
        PublicKey: 'public-key-value',
        SecretKey: 'secret-key-value',
        Region: 'cn-bj',
        Bucket: 'bucket',
        FileNamePrefix: '',
      },
    },
  },
}

/** The request with values set by path, `Data.` left out; `undefined` takes one away. */
export function request(changes: Record<string, unknown> = {}): string {
  const value = structuredClone(BASE) as Record<string, unknown>
  for (const [path, change] of Object.entries(changes)) {
    const keys = path.startsWith('/') ? path.slice(1).split('.') : ['Data', ...path.split('.')]
    let at = value
    for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>
    const last = keys.at(-1) ?? ''
    if (change === undefined) Reflect.deleteProperty(at, last)
    else at[last] = structuredClone(change)
  }
  return JSON.stringify(value, null, 1)
}

export interface Reading {
  /** With the settings that it begins with. */
  readonly job: (Job & Settings) | undefined
  /** Lines of the error, or nothing. */
  readonly errors: readonly string[]
  readonly exitCode: number
  /** Each as `path: text`. */
  readonly warnings: readonly string[]
}

/** Reads a text as cfg.json in /jobs/one. Only a JobError may come out of it. */
export function read(text: string): Reading {
  try {
    const { job, warnings } = readJob({
      cfg: parseCfg({ text, file: 'cfg.json' }),
      conf,
      cfgFolder: '/jobs/one',
      lettering,
    })
    const said = warnings.map((warning) => `${pathOf(warning.where)}: ${say(warning)}`)
    return { job: { ...job, ...settingsAtStart(job) }, errors: [], exitCode: 0, warnings: said }
  } catch (error) {
    if (!(error instanceof JobError)) throw error
    return { job: undefined, errors: error.message.split('\n'), exitCode: error.exitCode, warnings: [] }
  }
}

const pathOf = (where = ''): string => where.replace(/^\S+:\d+:\d+ ?/, '')

/** What reading the changed request says, errors without file, line and column. */
export function readWith(changes: Record<string, unknown>): Reading {
  const reading = read(request(changes))
  return { ...reading, errors: reading.errors.map(pathOf) }
}

/** The job of the changed request. */
export function jobWith(changes: Record<string, unknown> = {}): Job & Settings {
  const { job, errors } = readWith(changes)
  if (!job) throw new Error(errors.join('\n'))
  return job
}

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/requests/${name}.json`, import.meta.url), 'utf8')
