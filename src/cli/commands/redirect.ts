import type { Redirection } from '../../index.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-codes.js'
import { ACTION_HELP, ACTION_OPTIONS, connectForAction, followAction } from '../follow-action.js'

export const redirect: Command = {
  name: 'redirect',
  usage: 'ID DESTINATION',
  argumentCount: 2,
  summary: 'puts DESTINATION in the place of the called party of a call',
  help: `${ACTION_HELP}

The command shows each step until somebody answers or the call ends. On an
outbound call the called party is the customer. Like hangup, redirect works only
for calls that began in the present login. The redirect is asked for at most
once; an error says whether it is safe to repeat.

Ctrl+C stops watching and logs out; once the destination rings, the redirect
goes on.

  viptel-pbx redirect 1795418999.319 13`,
  options: ACTION_OPTIONS,
  run: context => {
    const [target = '', destination = ''] = context.arguments
    const { terminal } = context
    const pbx = connectForAction(context)
    return followAction(context, pbx, pbx.redirect(target, destination), {
      show: step => (context.flag('json') ? terminal.json(step) : terminal.line(formatStep(step))),
      isUnderWay: ({ phase }) => phase !== 'sent',
      exitAtEnd: () => EXIT.done,
      exitWhenLeft: () => {
        if (!terminal.closed.aborted) terminal.note('No longer watched: the redirect goes on.')
        return EXIT.done
      },
    })
  },
}

function formatStep({ phase, status, uniqueId }: Redirection): string {
  return `${phase}${status === undefined ? '' : `: ${status}`}  (${uniqueId})`
}
