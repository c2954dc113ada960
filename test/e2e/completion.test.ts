/** Completion in the shells themselves. */
import { execFileSync } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOME, type Workplace, makeWorkplace } from '../harness/run-worker.ts'

let place: Workplace
let scripts: { bash: string; zsh: string }

beforeAll(async () => {
  place = await makeWorkplace('owt-completion-')
  await place.write('conf.json', '{}')
  await mkdir(join(place.folder, 'bin'))
  await symlink(join(HOME, 'bin/owt-main'), join(place.folder, 'bin/owt-main'))
  await place.write('jobs/cfg.json', '{}')
  await place.write('jobs/notes.txt', '')
  await place.write('two words.json', '{}')
  await place.write('logs/demo-1.result.json', '{}')
  await place.write('logs/demo-2.state.json', '{}')
  await place.write('elsewhere/other.result.json', '{}')
  // What a file is called is never carried out.
  await place.write('logs/$(touch hit).result.json', '{}')
  const env = { OWT_LOGS_FOLDER: join(place.folder, 'logs') }
  const printed = await Promise.all(['bash', 'zsh'].map((shell) => place.run(['completion', shell], { env })))
  expect(printed.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ])
  const [bash = '', zsh = ''] = await Promise.all(
    printed.map(({ stdout }, i) => place.write(`completion.${i}`, stdout)),
  )
  scripts = { bash, zsh }
})
afterAll(() => place.remove())

const has = (shell: string): boolean => {
  try {
    return execFileSync(shell, ['-c', 'echo yes']).toString() === 'yes\n'
  } catch {
    return false
  }
}

describe.skipIf(!has('bash'))('in bash', () => {
  /** What is offered for a line whose last word is being typed; bash takes "=" for a word. */
  function offered(line: string): string[] {
    const words = line
      .split(' ')
      .flatMap((word) => word.split(/(=)/).filter((part, i) => i === 0 || part !== ''))
    const program = `
      . "$1"; shift
      complete -p owt-main > /dev/null || exit 9
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _owt_main
      printf '%s\\n' "\${COMPREPLY[@]}"`
    const args = ['--norc', '-c', program, 'bash', scripts.bash, ...words]
    const out = execFileSync('bash', args, {
      cwd: place.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    }).toString()
    return out.split('\n').filter(Boolean).toSorted()
  }

  it.each<[string, readonly string[]]>([
    ['owt-main p', ['plan', 'preview']],
    ['owt-main j', ['jobs']],
    ['owt-main two', ['two words.json']],
    ['owt-main --sp', ['--speed']],
    ['owt-main preview --m', ['--mock']],
    ['owt-main plan --m', []],
    ['owt-main run --speed ', ['balanced', 'fast', 'quality']],
    ['owt-main run --speed=', ['balanced', 'fast', 'quality']],
    ['owt-main run --speed=q', ['quality']],
    ['owt-main run jobs/', ['jobs/cfg.json']],
    ['owt-main --index jobs/', ['jobs/cfg.json', 'jobs/notes.txt']],
    ['owt-main batch jobs/', ['jobs/cfg.json', 'jobs/notes.txt']],
    ['owt-main --work-dir j', ['jobs']],
    ['owt-main status demo', ['demo-1', 'demo-2']],
    ['owt-main report ', ['$(touch hit)', 'demo-1', 'demo-2']],
    ['owt-main --log-dir elsewhere status ', ['other']],
    ['owt-main --log-dir=elsewhere report o', ['other']],
    ['owt-main completion ', ['bash', 'zsh']],
    ['owt-main help st', ['status']],
    ['owt-main --conf conf.json -q val', ['validate']],
    ['owt-main batch --jobs ', []],
  ])('%j', (line, expected) => {
    expect(offered(line)).toEqual(expected)
  })
})

describe.skipIf(!has('zsh'))('in zsh', () => {
  it('completes commands, options, values, files and jobs', () => {
    const lines: readonly (readonly [string, string])[] = [
      ['owt-main st', 'owt-main status '],
      ['owt-main preview --ev', 'owt-main preview --every-segment '],
      ['owt-main run --jo', 'owt-main run --jo'],
      ['owt-main --speed q', 'owt-main --speed quality '],
      ['owt-main --speed=q', 'owt-main --speed=quality '],
      ['owt-main run jobs/c', 'owt-main run jobs/cfg.json '],
      ['owt-main preview -o two', 'owt-main preview -o two\\ words.json '],
      ['owt-main --log-dir elsewhere status o', 'owt-main --log-dir elsewhere status other '],
      ['owt-main report demo-2', 'owt-main report demo-2 '],
      ['owt-main help pr', 'owt-main help preview '],
    ]
    // A shell on a pseudo terminal, in which a key completes the line and prints it.
    const program = `
      zmodload zsh/zpty
      script=$1; shift
      zpty z 'zsh -f -i'
      zpty -w z 'PS1= ; autoload -U compinit; compinit -u -D; . '$script'; unsetopt auto_menu auto_list list_beep
      probe() { zle complete-word; BUFFER="print -r -- \${(qq)BUFFER} | sed s/^/R:/"; zle accept-line }
      zle -N probe; bindkey "^T" probe; print RE""ADY'
      zpty -r z out '*READY*'
      for line in "$@"; do
        zpty -w -n z "$line"$'\\x14'
        zpty -r z out $'*\\nR:*\\n*'
        print -r -- "\${\${out##*$'\\n'R:}%%[$'\\r\\n']*}"
      done
      zpty -d z`
    const out = execFileSync(
      'zsh',
      ['-f', '-c', program, 'zsh', scripts.zsh, ...lines.map(([typed]) => typed)],
      {
        cwd: place.folder,
        env: { ...process.env, TERM: 'dumb' },
        timeout: 240_000,
      },
    )
    expect(out.toString().split('\n').filter(Boolean)).toEqual(lines.map(([, completed]) => completed))
  })
})
