/** The part of docs/callbacks.md that is made: what each dialect says of everything that can happen, with bodies. */
import type { AnyrtcDetails } from '../../../src/callback/dialects/anyrtc-body.ts'
import type { TencentBody } from '../../../src/callback/dialects/tencent.ts'
import type { UcloudData } from '../../../src/callback/dialects/ucloud.ts'
import type { VolcengineData } from '../../../src/callback/dialects/volcengine.ts'
import { type Dialect, STORY, type Sample, told } from './story.ts'

type Service = Parameters<typeof told>[1]['service']

/** Every name a dialect's types have: one that no sample shows is missing from the page. */
export const NAMES = {
  ucloud: Object.keys({
    ucloud_mixer_status_update: true,
    ucloud_mixer_stream_update: true,
    ucloud_mixer_warning: true,
    ucloud_mixer_error: true,
    ucloud_mixer_file_infos: true,
    ucloud_mixer_session_failover: true,
    ucloud_record_status_update: true,
    ucloud_record_warning: true,
    ucloud_record_error: true,
    ucloud_record_file_infos: true,
    ucloud_record_session_failover: true,
    ucloud_upload_status: true,
  } satisfies Record<keyof UcloudData, true>),
  anyrtc: Object.keys({
    ...{ 1: true, 2: true, 3: true, 4: true, 11: true, 12: true },
    ...{ 30: true, 31: true, 32: true, 33: true },
    ...{ 40: true, 41: true, 42: true, 43: true, 44: true },
  } satisfies Record<keyof AnyrtcDetails, true>),
  volcengine: Object.keys({
    RecordStarted: true,
    RecordStopped: true,
    RecordUploadStarted: true,
    RecordUploadProcessing: true,
    RecordUploadDone: true,
    RecordUploadBackuped: true,
    RecordSyncUploadStarted: true,
    RecordSyncUploadFailed: true,
    RecordAudioStreamStateChanged: true,
    RecordVideoStreamStateChanged: true,
  } satisfies Record<keyof VolcengineData, true>),
  tencent: Object.keys({ 100: true, 200: true } satisfies Record<TencentBody['event_type'], true>),
} as const

/** The services that differ, by dialect. */
const SERVICES: Readonly<Record<Dialect, readonly Service[]>> = {
  ucloud: ['job.mixer', 'job.oss', 'job.record'],
  anyrtc: ['job.mixer', 'job.oss'],
  volcengine: ['job.mixer', 'job.oss'],
  tencent: ['job.oss'],
}

const TITLES: Readonly<Record<Dialect, string>> = {
  ucloud: 'ucloud',
  anyrtc: 'anyrtc',
  volcengine: 'volcengine',
  tencent: 'tencent (the same, whatever the service)',
}

/** The samples of a dialect by name, the first of each. */
export function samplesOf(dialect: Dialect): Map<string, Sample> {
  const samples = new Map<string, Sample>()
  for (const service of SERVICES[dialect]) {
    for (const happening of Object.values(STORY)) {
      for (const sample of told(happening, { dialect, service })) {
        const name = String(sample.name)
        if (!samples.has(name)) samples.set(name, sample)
      }
    }
  }
  return samples
}

export function contractPage(): string {
  return (['ucloud', 'anyrtc', 'volcengine', 'tencent'] as const).map(section).join('\n')
}

function section(dialect: Dialect): string {
  const services = SERVICES[dialect]
  const rows = Object.entries(STORY).flatMap(([title, happening]) => {
    const cells = services.map((service) => {
      const names = told(happening, { dialect, service }).map(({ name }) => `\`${name}\``)
      return [...new Set(names)].join(', ')
    })
    return cells.some((cell) => cell !== '') ? [`| ${title} | ${cells.join(' | ')} |`] : []
  })
  const samples = [...samplesOf(dialect)].flatMap(([name, { body }]) => {
    const eventData = body['EventData'] as string | undefined
    return [
      `**\`${name}\`**`,
      '',
      ...fenced(body),
      ...(eventData === undefined ? [] : ['its `EventData`, read:', '', ...fenced(JSON.parse(eventData))]),
    ]
  })
  return [
    `## ${TITLES[dialect]}`,
    '',
    `| what happens | ${services.map((service) => `\`${service}\``).join(' | ')} |`,
    `| --- |${' --- |'.repeat(services.length)}`,
    ...rows,
    '',
    ...samples,
  ].join('\n')
}

const fenced = (value: unknown): string[] => ['```json', JSON.stringify(value, null, 2), '```', '']
