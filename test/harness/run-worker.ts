/** What a test needs that runs the worker: a place, a job, a room, and what has to hold if it fails. */
export * from './cfg.ts'
export * from './expect-failure.ts'
export * from './small-room.ts'
export * from './workplace.ts'
