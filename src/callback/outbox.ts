/**
 * Persists undelivered messages as they are created, so that a killed process loses none.
 * JSON lines: `{"run"}` when a run begins, each message as it is created, `{"delivered"}` when it is acknowledged,
 * `{"over"}` once the run's last event is recorded. At the end the file holds only undelivered messages, or is removed.
 * A run without `{"over"}` is one whose process was killed: the next process resumes it and sends nothing twice.
 */
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { MAX_OWN_BYTES, readRegularTextSync } from '../files/read-file.ts'
import { replaceTextNow } from '../files/write-file.ts'

const messageSchema = z.object({
  id: z.string(),
  /** The NotifyConfig entry it is for. Its URL and secrets stay in cfg.json. */
  target: z.string(),
  sequence: z.int(),
  /** Unix time in ms. */
  atMs: z.number(),
  event: z.union([z.string(), z.number()]),
  /** Without token and signature, which are added when it is sent. */
  body: z.record(z.string(), z.unknown()),
})
const lineSchema = z.union([
  messageSchema,
  z.object({ run: z.string() }),
  z.object({ delivered: z.string() }),
  z.object({ over: z.string() }),
])

export type Message = Readonly<z.infer<typeof messageSchema>>

export interface Outbox {
  /** The current run. */
  readonly run: string
  /** Whether the process that began this run was killed. */
  readonly isResumed: boolean
  /** Undelivered messages, those of earlier processes too, in order. */
  readonly left: readonly Message[]
  /** Whether the message exists, delivered or not. */
  has(id: string): boolean
  /** The latest sequence number of this run for an entry of NotifyConfig; -1 if there is none. */
  lastSequence(target: string): number
  add(message: Message): void
  /** @returns whether the message was undelivered until now */
  delivered(id: string): boolean
  /** Marks the end of the run; later messages belong to another run. */
  over(): void
  /** Number of undelivered messages. */
  count(): number
  /**
   * Closes the outbox; no messages may be added afterwards.
   * @returns whether all undelivered messages are on disk
   */
  close(): boolean
}

/** Readable only by the worker's user. */
const MODE = 0o600

/**
 * Opens a job's outbox. The caller holds the job's lock.
 * @param options.path undefined: nothing is persisted
 * @param options.newRun names the run unless a killed one is resumed; undefined: no run begins, remaining messages are
 *   sent
 * @param options.onTrouble called once if the file cannot be written; messages are then kept in memory only
 */
export function openOutbox(options: {
  path: string | undefined
  newRun: string | undefined
  onTrouble: (code: string) => void
}): Outbox {
  const { path, newRun, onTrouble } = options
  const before = path === undefined ? nothing() : read(path)
  const open = new Map(before.left.map((message) => [message.id, message]))
  const known = new Set(before.ids)
  const sequences = new Map<string, number>()
  const lastSequence = (target: string): number => sequences.get(target) ?? -1
  const note = ({ target, sequence }: Message): void =>
    void sequences.set(target, Math.max(lastSequence(target), sequence))
  for (const message of before.told) note(message)
  let isKept = path !== undefined
  const writing = (write: () => void): void => {
    if (!isKept) return
    try {
      write()
    } catch (error) {
      // The last line may be incomplete, so nothing is appended any more.
      isKept = false
      onTrouble(codeOf(error))
    }
  }
  let file: number | undefined
  const append = (line: object) =>
    writing(() => {
      if (file !== undefined) appendFileSync(file, JSON.stringify(line) + '\n')
    })
  writing(() => {
    if (path === undefined) return
    mkdirSync(dirname(path), { recursive: true })
    if (newRun === undefined && !before.exists) return
    file = openSync(path, 'a', MODE)
    if (before.isTorn) appendFileSync(file, '\n')
  })
  if (before.run === undefined && newRun !== undefined) append({ run: newRun })

  return {
    run: before.run ?? newRun ?? '',
    isResumed: before.run !== undefined,
    get left() {
      return [...open.values()]
    },
    has: (id) => known.has(id),
    lastSequence,
    add(message) {
      note(message)
      known.add(message.id)
      open.set(message.id, message)
      append(message)
    },
    delivered(id) {
      const wasOpen = open.delete(id)
      if (wasOpen) append({ delivered: id })
      return wasOpen
    },
    over: () => append({ over: before.run ?? newRun }),
    count: () => open.size,
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
      // `replay` does not end a run.
      if (path === undefined) return open.size === 0
      if (newRun === undefined && before.run !== undefined) return isKept
      try {
        rewrite(path, [...open.values()])
        return true
      } catch (error) {
        if (isKept) onTrouble(codeOf(error))
        return open.size === 0
      }
    },
  }
}

interface Before {
  readonly exists: boolean
  readonly isTorn: boolean
  readonly run: string | undefined
  readonly ids: readonly string[]
  readonly told: readonly Message[]
  readonly left: readonly Message[]
}

const nothing = (): Before => ({ exists: false, isTorn: false, run: undefined, ids: [], told: [], left: [] })

function read(path: string): Before {
  let text: string
  try {
    text = readRegularTextSync(path, MAX_OWN_BYTES)
  } catch {
    return nothing()
  }
  let run: string | undefined
  const messages = new Map<string, { message: Message; run: string | undefined }>()
  const delivered = new Set<string>()
  for (const line of text.split('\n')) {
    const parsed = lineSchema.safeParse(jsonOf(line))
    // A line cut off when its process was killed.
    if (!parsed.success) continue
    if ('run' in parsed.data) run = parsed.data.run
    else if ('over' in parsed.data) run = undefined
    else if ('delivered' in parsed.data) delivered.add(parsed.data.delivered)
    else messages.set(parsed.data.id, { message: parsed.data, run })
  }
  const all = [...messages.values()]
  return {
    exists: true,
    isTorn: text !== '' && !text.endsWith('\n'),
    run,
    ids: [...messages.keys()],
    told: all.filter((one) => run !== undefined && one.run === run).map(({ message }) => message),
    left: all.filter(({ message }) => !delivered.has(message.id)).map(({ message }) => message),
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Atomic: a process killed here leaves the file either unchanged or complete. */
function rewrite(path: string, messages: readonly Message[]): void {
  if (messages.length === 0) {
    rmSync(path, { force: true })
    return
  }
  const text = messages.map((message) => JSON.stringify(message) + '\n').join('')
  replaceTextNow(path, text, MODE)
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'
