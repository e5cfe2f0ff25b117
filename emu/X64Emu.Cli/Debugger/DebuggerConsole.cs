using X64Emu.Cli.Debugger.Editing;
using X64Emu.Cli.Debugger.Guest;
using X64Emu.Cli.Running;
using X64Emu.Cli.Terminal;

namespace X64Emu.Cli.Debugger;

/// <summary>The debugger from its options to its exit status: at a terminal with a line editor, else line by line from standard input.</summary>
internal static class DebuggerConsole
{
    /// <summary>Runs it.</summary>
    /// <param name="plan">The machine and what runs on it.</param>
    /// <param name="settings">How the console behaves.</param>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public static int Run(IMachinePlan plan, DebuggerSettings settings)
    {
        bool isInteractive = !settings.IsBatch && ConsoleSettings.IsInteractive;
        using StreamWriter answers = new(Console.OpenStandardOutput()) { AutoFlush = true };
        using SharedKeyboard? keyboard = isInteractive ? SharedKeyboard.Open(0) : null;
        using DebuggedGuest guest = new(plan, settings, keyboard, Console.OpenStandardOutput(), Console.OpenStandardError());
        foreach (SymbolFile file in settings.Symbols) file.AddTo(guest.Session.Symbols);
        DebuggerOutput output = isInteractive && ConsoleSettings.UsesColour
            ? new TerminalOutput(ConsoleSettings.ForAnswers(answers))
            : new DebuggerOutput(answers, isInteractive ? answers : Console.Error);
        DebuggerContext context = new(CommandRegistry.Create(), output, guest);
        context.Script.StopsOnError = settings.StopsOnError;
        context.Script.Echoes = settings.Echoes;

        int requestedStatus = 0;
        using StopSignals signals = new(status =>
        {
            if (status == ExitStatus.Interrupted && isInteractive) guest.Session.Interrupt();
            else EndFromOutside(status);
        });

        if (isInteractive) output.Line($"x64emu debugs {plan.Name}; 'help' lists the commands.");
        context.Runner.Go(_ => guest.StartFirst());
        context.Script.Run(new ScriptLines(settings.Commands));
        if (!context.Script.HasFailed && context.RequestedExit is null && requestedStatus == 0) RunRemaining();
        if (requestedStatus != 0) return requestedStatus;
        if (context.Script.HasFailed) return ExitStatus.Usage;
        return context.RequestedExit ?? SessionEnd.ExitStatus(context.Session.LastStop);

        void RunRemaining()
        {
            if (keyboard is not null)
                context.Script.Run(new EditedLines(context, keyboard, ConsoleSettings.ForEditing(answers), ConsoleSettings.UsesColour, HistoryFile.ForUser()));
            else if (settings.Commands.Count == 0)
                context.Script.Run(new ReaderLines(Console.In));
        }

        void EndFromOutside(int status)
        {
            requestedStatus = status;
            context.Quit(status);
            guest.Session.Interrupt();
        }
    }
}
