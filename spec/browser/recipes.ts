import { readFileSync } from 'node:fs'

const PBX = 'wss://pbxwssv1.viptel.sk:8088/'

/** What docs/browser.md shows: its files by the name in their first line, and the policy. */
export function recipes(pbx = PBX): { files: Readonly<Record<string, string>>; policy: string } {
  const page = readFileSync('docs/browser.md', 'utf8').replaceAll(PBX, pbx)
  const files = [...page.matchAll(/```(?:html|js)\n(?:<!--|\/\/) (\S+).*\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  )
  return { files: Object.fromEntries(files), policy: /```\n(default-src .*)\n```/.exec(page)?.[1] ?? '' }
}
