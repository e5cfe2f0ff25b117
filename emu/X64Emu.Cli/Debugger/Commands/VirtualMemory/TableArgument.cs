namespace X64Emu.Cli.Debugger.Commands.VirtualMemory;

/// <summary>The page tables that a command is about: <c>pid N</c>, or those of CR3.</summary>
internal static class TableArgument
{
    /// <summary>Takes <c>pid N</c> if it is next, and gives the physical address of the PML4 as CR3 holds it.</summary>
    /// <exception cref="CommandException">There is no such process, or it has no tables any more.</exception>
    public static ulong Take(DebuggerContext context, CommandArguments arguments)
    {
        if (ProcessArgument.TablesOf(ProcessArgument.TakeOptional(context, arguments)) is { } tables) return tables;
        if (!context.Session.Memory.PageTables.IsPagingEnabled) throw new CommandException("paging is off: virtual addresses are physical ones");
        return context.Session.Memory.PageTables.CurrentCr3;
    }
}
