import type { Command } from '../command.js'
import { EXIT } from '../exit-codes.js'
import { ACTION_HELP, ACTION_OPTIONS, connectForAction, followAction } from '../follow-action.js'

export const hangup: Command = {
  name: 'hangup',
  usage: 'ID',
  argumentCount: 1,
  summary: 'ends a call, by its unique id',
  help: `${ACTION_HELP}

The PBX hangs up only calls that began in the present login. This command logs
in anew, and gets 'Call not found' for all others; a program that stays logged
in does not. The hang-up is asked for at most once; an error says whether it is
safe to repeat.

  viptel-pbx hangup 1795418999.319`,
  options: ACTION_OPTIONS,
  run: context => {
    const [target = ''] = context.arguments
    const { terminal } = context
    const pbx = connectForAction(context)
    return followAction(context, pbx, pbx.hangup(target), {
      show: end =>
        context.flag('json') ? terminal.json(end) : terminal.line(`ended: ${end.status}  (${end.unique_id})`),
      isUnderWay: () => true,
      exitAtEnd: () => EXIT.done,
      exitWhenLeft: () => EXIT.done,
    })
  },
}
