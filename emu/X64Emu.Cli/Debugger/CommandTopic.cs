namespace X64Emu.Cli.Debugger;

/// <summary>What a command is about: the headings of <c>help</c>, in their order.</summary>
internal enum CommandTopic
{
    /// <summary>Running, stepping, starting over.</summary>
    Running,

    /// <summary>Where and when to stop.</summary>
    Stopping,

    /// <summary>Registers, memory, code, source.</summary>
    State,

    /// <summary>Page tables, TLB, faults, frames.</summary>
    VirtualMemory,

    /// <summary>Processes, devices, traces, counters.</summary>
    System,

    /// <summary>The console itself.</summary>
    Console,
}

/// <summary>The topics' names.</summary>
internal static class CommandTopics
{
    /// <summary>The word that <c>help</c> takes.</summary>
    public static string Word(this CommandTopic topic) => topic switch
    {
        CommandTopic.Running => "running",
        CommandTopic.Stopping => "stopping",
        CommandTopic.State => "state",
        CommandTopic.VirtualMemory => "memory",
        CommandTopic.System => "system",
        _ => "console",
    };

    /// <summary>The heading over the topic's commands.</summary>
    public static string Title(this CommandTopic topic) => topic switch
    {
        CommandTopic.Running => "Run control",
        CommandTopic.Stopping => "Breakpoints, watchpoints, catchpoints",
        CommandTopic.State => "Registers, memory, code",
        CommandTopic.VirtualMemory => "Virtual memory",
        CommandTopic.System => "System",
        _ => "The console",
    };
}
