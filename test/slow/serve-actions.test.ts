/**
 * Every action over HTTP, with the samples of the vendor's documents as they stand, posted with curl.
 * `ACTIONS_TABLE=FILE` writes what was sent and what came as a table.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ACTIONS, NOT_OFFERED } from '../../src/serve/actions/index.ts'
import { HOME, usePlace } from '../harness/run-worker.ts'
import { chosenSample, requestOf, sampleText, startData } from '../harness/serve-app.ts'
import { curl, startService } from '../harness/serve-worker.ts'

const place = usePlace()

interface Row {
  readonly sent: string
  readonly action: string
  readonly ack: string
  readonly code: number
  readonly message: string
  readonly data: string
}

const SHOWN_CHARACTERS = 160
/** What curl is given of a sample that leaves a choice: one of its alternatives. */
const CHOSEN = ' with choices made'

it('is answered as the documents say', async () => {
  const { url, child, ended } = await startService(place, {
    settings: { network: { allow: ['loopback'], deny: ['private'] } },
  })
  const rows: Row[] = []
  const post = async (sent: string, text: string): Promise<number> => {
    const path = await place.write('request.json', text)
    const reply = JSON.parse(await curl(['--data-binary', `@${path}`, url])) as {
      Ack: string
      RetCode: number
      Message: string
      Data: object
    }
    const { Ack: ack, RetCode: code, Message: message, Data } = reply
    const [, action = ''] = /"Action": *"([^"]*)"/.exec(text) ?? []
    rows.push({ sent, action, ack, code, message, data: JSON.stringify(Data) })
    return code
  }
  const acquire = (jobId: string) =>
    curl([
      '--data-binary',
      JSON.stringify(requestOf('job.acquire', jobId, {}, { AppId: 'app-a', RoomId: 'room' })),
      url,
    ])

  const names = (await readdir(join(HOME, 'test/fixtures/api'))).map((name) => name.replace('.json', ''))
  for (const name of names.sort()) {
    const text = await sampleText(name)
    const [, jobId = 'xxx'] = /"JobId": *"([^"]*)"/.exec(text) ?? []
    // An action on a job is answered by a job that is there; job.start makes it itself.
    if (!/acquire|job\.start/.test(name)) await acquire(jobId)
    if ((await post(name, text)) !== 14_001) continue
    await post(`${name}${CHOSEN}`, await chosenSample(name, { jobId }))
  }
  const others = ['job.worker.list', 'job.restart', 'job.check.server', ...NOT_OFFERED.keys()]
  await curl([
    '--data-binary',
    JSON.stringify(requestOf('job.start', 'own', startData(), { RoomId: 'room' })),
    url,
  ])
  for (const action of others) await post(`${action}, no sample`, JSON.stringify(requestOf(action, 'own')))
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)

  const table = process.env['ACTIONS_TABLE']
  if (table !== undefined) await writeFile(table, tableOf(rows))
  const wanted = [...ACTIONS.map(({ name }) => name), ...NOT_OFFERED.keys()]
  expect([...new Set(rows.map(({ action }) => action))].sort()).toEqual(wanted.toSorted())
  const acks = new Map([...ACTIONS.map(({ name, ack }) => [name, ack] as const), ...NOT_OFFERED])
  for (const { sent, action, ack } of rows) expect(ack, sent).toBe(acks.get(action))
  // A sample is refused for what it leaves open alone, and taken once that is chosen.
  const refused = rows.filter(({ code }) => code !== 0).map(({ sent, code }) => `${sent}: ${code}`)
  expect(refused).toEqual([
    ...names
      .filter((name) => LEFT_OPEN.some((part) => name.startsWith(part)))
      .map((name) => `${name}: 14001`),
    ...[...NOT_OFFERED.keys()].map((action) => `${action}, no sample: 14002`),
  ])
})

/** Samples with a placeholder such as `0/1/2`. */
const LEFT_OPEN = [
  'push-02',
  'push-05',
  'push-06',
  'push-07',
  'recording-02',
  'recording-03',
  'recording-04',
  'recording-09',
]

const cell = (text: string): string => {
  const short = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} ...` : text
  return short.replaceAll('|', '\\|')
}

function tableOf(rows: readonly Row[]): string {
  const head = '| sent | Action | Ack | RetCode | Message | Data |\n| --- | --- | --- | --- | --- | --- |\n'
  const lines = rows.map(
    ({ sent, action, ack, code, message, data }) =>
      `| ${[sent, action, ack, String(code), message, `\`${data}\``].map(cell).join(' | ')} |`,
  )
  return `${head}${lines.join('\n')}\n`
}
