/** The real service, started as its users start it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Ended, type Running, type Workplace, until } from './run-worker.ts'

export interface RunningService {
  readonly url: string
  readonly child: Running['child']
  readonly ended: Promise<Ended>
}

export interface ServiceOptions {
  /** The section `serve` of the settings. */
  readonly serve?: object
  /** Other sections. */
  readonly settings?: object
  readonly env?: Readonly<Record<string, string>>
  /** The same one as before, after a restart; a free one unless given. */
  readonly port?: number
}

/** Starts the service in a workplace, whose bucket is below its root, and waits until it listens. */
export async function startService(place: Workplace, options: ServiceOptions = {}): Promise<RunningService> {
  const { serve = {}, settings = {}, env = {}, port = 0 } = options
  const conf = await place.write('serve.conf.json', {
    ...settings,
    serve: { folder: serveFolder(place), localRoot: place.folder, ...serve },
  })
  const { child, ended } = place.start(['serve', `--port=${port}`, `--conf=${conf}`], { env })
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')))
  const urlIn = () => /listening on (http:\S+),/.exec(said)?.[1]
  let isOver = false
  void ended.then(() => (isOver = true))
  await until('the service listens', () => Promise.resolve(isOver || urlIn() !== undefined))
  const url = urlIn()
  if (url === undefined) throw new Error(`the service has ended: ${said}`)
  return { url, child, ended }
}

export const serveFolder = (place: Workplace): string => join(place.folder, 'serve')

/** The folder of a job, for an AppId or for everybody. */
export const jobFolder = (place: Workplace, jobId: string, owner = '~open'): string =>
  join(serveFolder(place), owner, 'jobs', jobId)

/** Runs curl. */
export async function curl(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', [
    '--silent',
    '--show-error',
    '--max-time',
    '120',
    ...args,
  ])
  return stdout
}

export interface PostedReply {
  readonly Ack: string
  readonly RetCode: number
  readonly Message: string
  readonly Data: Readonly<Record<string, unknown>> & {
    readonly Status?: { readonly State: string; readonly ExitCode: number | null }
  }
}

/** Posts a request with fetch. */
export async function postTo(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostedReply> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })
  return (await response.json()) as PostedReply
}

/** Waits until a job has a state. */
export async function untilState(url: string, jobId: string, states: readonly string[]): Promise<string> {
  let state = ''
  await until(`job ${jobId} is ${states.join(' or ')}`, async () => {
    const reply = await postTo(url, { Action: 'job.query', Internal: { JobId: jobId } })
    state = reply.Data.Status?.State ?? ''
    return states.includes(state)
  })
  return state
}
