/** What the service shows of the machines that share a queue. */
import type { Context, Hono } from 'hono'
import type { Redis } from 'ioredis'
import { type QueueSettings, connect } from '../fleet/redis.ts'
import { type FleetFacts, fleetState } from '../fleet/state.ts'
import { type FleetView, openFleetView } from '../fleet/view.ts'

export interface ServedFleet {
  /** @returns undefined while the queue cannot be reached */
  readonly read: () => Promise<FleetFacts | undefined>
  /** The page with the queues; undefined until the queue has been reached once. */
  readonly board: () => Promise<Hono | undefined>
  readonly close: () => void
}

/** Connects in the background: the service does not depend on the queue being there. */
export function openServedFleet(queue: QueueSettings): ServedFleet {
  const closing = new AbortController()
  let redis: Redis | undefined
  let view: FleetView | undefined
  let board: Promise<Hono> | undefined
  const opening = async () => {
    redis = await connect(queue, { withinMs: Infinity, signal: closing.signal })
    view = await openFleetView(redis, queue)
  }
  opening().catch((error: unknown) => {
    if (!closing.signal.aborted) queue.log.warn({ err: error }, 'the queue cannot be shown')
  })
  return {
    read: async () => view?.read(),
    async board() {
      if (!view || redis?.status !== 'ready') return undefined
      const { openBoard } = await import('./board.ts')
      return (board ??= openBoard(view))
    },
    close() {
      closing.abort()
      redis?.disconnect()
    },
  }
}

/**
 * Adds the routes of the fleet.
 * @param of.isOperator whether a request may see the jobs of all AppIds
 * @param of.enter the AppId of another request, or the answer that refuses it
 */
export function addFleetRoutes(
  app: Hono,
  of: {
    fleet: ServedFleet
    isOperator: (c: Context) => boolean
    enter: (c: Context) => { owner: string } | Response
  },
): void {
  const { fleet, isOperator, enter } = of
  const away = (c: Context) => c.json({ error: 'the queue cannot be reached' }, 503, { 'Retry-After': '5' })

  app.get('/fleet', async (c) => {
    const who = isOperator(c) ? { owner: undefined } : enter(c)
    if (who instanceof Response) return who
    const facts = await fleet.read()
    return facts ? c.json(fleetState(facts, who.owner)) : away(c)
  })
  const showBoard = async (c: Context) => {
    // Browsers ask for a name and a password.
    if (!isOperator(c)) return c.json({ error: 'not let in' }, 401, { 'WWW-Authenticate': 'Basic' })
    // The board is for looking only.
    if (c.req.method !== 'GET') return c.json({ error: 'not allowed' }, 405, { Allow: 'GET' })
    const board = await fleet.board()
    return board ? board.fetch(c.req.raw) : away(c)
  }
  app.all('/queues', showBoard)
  app.all('/queues/*', showBoard)
}
