namespace X64Emu.Cli.Options;

/// <summary>The environment the guest program starts with.</summary>
internal static class EnvironmentVariable
{
    /// <summary>What is set when the user says nothing. The host's own environment stays outside, so runs repeat anywhere.</summary>
    public static IReadOnlyList<string> Defaults { get; } = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/"];

    /// <summary>Joins the defaults with `NAME=VALUE` words; a later word replaces an earlier one of the same name. `NAME` alone takes the host's value.</summary>
    /// <exception cref="UsageException">A word has no name, or names a variable the host does not have.</exception>
    public static IReadOnlyList<string> Join(IEnumerable<string> words)
    {
        List<string> variables = [.. Defaults];
        foreach (string word in words)
        {
            string name = word.Split('=')[0];
            if (name.Length == 0) throw new UsageException($"--env {word}: write NAME=VALUE, or NAME to take over the value it has here");
            string? value = word.Contains('=', StringComparison.Ordinal) ? word[(name.Length + 1)..] : Environment.GetEnvironmentVariable(name);
            if (value is null) throw new UsageException($"--env {name}: it is not set here; write --env {name}=VALUE");
            variables.RemoveAll(variable => variable.StartsWith(name + '=', StringComparison.Ordinal));
            variables.Add($"{name}={value}");
        }
        return variables;
    }
}
