import { expect, it } from 'vitest'
import { jobFile, jobIdsOf } from '../../../src/records/job-files.ts'

it('names the files of a job', () => {
  const place = { logFolder: '/logs', jobId: 'room.7' }
  expect(jobFile(place, 'log')).toBe('/logs/room.7.log')
  expect(jobFile(place, 'result')).toBe('/logs/room.7.result.json')
})

it('finds jobs by their files, dots and all', () => {
  const names = ['a.result.json', 'a.log', 'room.7.result.json', 'b.state.json', 'c.result.json.part']
  expect(jobIdsOf(names, 'result')).toEqual(['a', 'room.7'])
  expect(jobIdsOf(names, 'state')).toEqual(['b'])
  expect(jobIdsOf(names, 'done')).toEqual([])
})
