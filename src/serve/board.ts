/** The page with the queues of a fleet: bull-board, for looking only. Loaded when it is first asked for. */
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Queue } from 'bullmq'
import { Hono } from 'hono'
import type { FleetView } from '../fleet/view.ts'

/** Where it is mounted. */
const PATH = '/queues'
/** Its page names fonts of another site. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
/** What is shown of a task: where its bucket is, and what failed there, is for the logs of the machines. */
const SHOWN = ['jobId', 'appId', 'name', 'number']

export function openBoard(view: FleetView): Promise<Hono> {
  const server = new HonoAdapter(serveStatic).setBasePath(PATH)
  const board = createBullBoard({
    queues: [],
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'owt-main', hideRedisDetails: true } },
  })
  const app = new Hono()
  app.use(async (c, next) => {
    const queues = await view.queues()
    board.replaceQueues(queues.map(shown))
    await next()
    c.header('Content-Security-Policy', POLICY)
  })
  app.get(`${PATH}/`, (c) => c.redirect(PATH))
  app.route(PATH, server.registerPlugin())
  return Promise.resolve(app)
}

function shown(queue: Queue): BullMQAdapter {
  const adapter = new BullMQAdapter(queue, { readOnlyMode: true })
  adapter.setFormatter('name', ({ data }: { data?: { name?: string } }) => data?.name ?? '')
  adapter.setFormatter('data', (data: Readonly<Record<string, unknown>> | undefined) =>
    Object.fromEntries(Object.entries(data ?? {}).filter(([field]) => SHOWN.includes(field))),
  )
  adapter.setFormatter('returnValue', () => null)
  return adapter
}
