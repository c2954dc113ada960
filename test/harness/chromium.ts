/** A real headless Chromium over its DevTools pipe: what a page asks for, complains of, and how it lies. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { until } from './run-worker.ts'

const NAMES = [process.env['CHROMIUM_PATH'], 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== undefined,
)

/** The browser of this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ['--version']).status === 0)
}

export interface OpenPage {
  /** URLs of everything that was asked for, the page itself among them. */
  readonly requests: readonly string[]
  /** What the console and the page's policy complained of. */
  readonly complaints: readonly string[]
  /** The value of an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Presses and releases a key. */
  readonly press: (key: string, options?: { isShift?: boolean }) => Promise<void>
  /** Shows the page as on this medium. */
  readonly media: (medium: 'screen' | 'print') => Promise<void>
  /** PNG of the whole page. */
  readonly screenshot: () => Promise<Buffer>
  /** PDF of the printed page. */
  readonly print: () => Promise<Buffer>
}

export interface Browser {
  /** @param look.hasScript whether the page's own script runs */
  open(url: string, look: { width: number; isDark?: boolean; hasScript?: boolean }): Promise<OpenPage>
  close(): Promise<void>
}

interface Answer {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { message: string }
}

export async function startChromium(path: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'owt-chromium-'))
  const child = spawn(
    path,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
      ...['--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const { call, on } = connect(child)
  return {
    async open(url, { width, isDark = false, hasScript = true }) {
      const { targetId } = await call('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true })
      const session = String(sessionId)
      const ask = (method: string, params: object = {}) => call(method, params, session)
      const requests: string[] = []
      const complaints: string[] = []
      // Each by its own id, for the empty page before it may be late with its own.
      const loaded = new Set<unknown>()
      on(session, (method, params) => {
        if (method === 'Network.requestWillBeSent')
          requests.push(String((params['request'] as { url: string }).url))
        if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
          complaints.push(JSON.stringify(params))
        if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params))
        if (method === 'Page.lifecycleEvent' && params['name'] === 'load') loaded.add(params['loaderId'])
      })
      for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await ask(`${domain}.enable`)
      await ask('Page.setLifecycleEventsEnabled', { enabled: true })
      await ask('Emulation.setDeviceMetricsOverride', {
        ...{ width, height: 800, deviceScaleFactor: 1, mobile: width < 600 },
      })
      const features = [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }]
      await ask('Emulation.setEmulatedMedia', { features })
      await ask('Emulation.setScriptExecutionDisabled', { value: !hasScript })
      const { loaderId } = await ask('Page.navigate', { url })
      await until('the page is loaded', () => Promise.resolve(loaded.has(loaderId)))
      return {
        requests,
        complaints,
        async evaluate(expression) {
          const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true })
          return (result as { value?: unknown }).value
        },
        async press(key, { isShift = false } = {}) {
          const pressed = { key, code: key, modifiers: isShift ? 8 : 0 }
          await ask('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...pressed })
          await ask('Input.dispatchKeyEvent', { type: 'keyUp', ...pressed })
        },
        media: async (medium) => void (await ask('Emulation.setEmulatedMedia', { media: medium })),
        async screenshot() {
          const { data } = await ask('Page.captureScreenshot', { captureBeyondViewport: true })
          return Buffer.from(String(data), 'base64')
        },
        async print() {
          const { data } = await ask('Page.printToPDF', { printBackground: true })
          return Buffer.from(String(data), 'base64')
        },
      }
    },
    async close() {
      const isClosed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await isClosed
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** Messages are JSON, each ended by a zero byte. */
function connect(child: ChildProcess) {
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, (answer: Answer) => void>()
  const listeners = new Map<string, (method: string, params: Record<string, unknown>) => void>()
  let rest = ''
  let last = 0
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
      else if (answer.method !== undefined) {
        listeners.get(answer.sessionId ?? '')?.(answer.method, answer.params ?? {})
      }
    }
  })
  child.on('close', () => {
    for (const give of waiting.values()) give({ error: { message: 'chromium is gone' } })
  })
  return {
    on: (session: string, listener: (method: string, params: Record<string, unknown>) => void) =>
      void listeners.set(session, listener),
    call: (method: string, params: object, sessionId?: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const id = ++last
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          if (error) reject(new Error(`${method}: ${error.message}`))
          else resolve(result ?? {})
        })
        to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`)
      }),
  }
}
