using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Finds a program by its path and runs it, following "#!" lines to the interpreters they name.</summary>
internal static unsafe class ProgramStart
{
    private const int MaximumScriptDepth = 4;
    private const int LineBytes = 256;

    /// <summary>Runs the program in the current process. 0 or a negative errno.</summary>
    public static int Run(byte* path, ArgumentBlock arguments, ArgumentBlock environment, TrapFrame* frame)
    {
        byte* line = (byte*)KernelHeap.Allocate(LineBytes);
        byte* current = path;
        ArgumentBlock prefixed = null;
        int error = -Errno.Loop;
        for (int depth = 0; depth < MaximumScriptDepth; depth++)
        {
            error = ProgramFile.Open(current, out Inode inode);
            if (error != 0) break;
            bool isScript = inode.Kind == InodeKind.Regular && ReadScriptLine(inode, line);
            if (!isScript)
            {
                error = Exec.Run(inode, current, prefixed ?? arguments, environment, frame);
                ProgramFile.Close(inode);
                break;
            }
            ProgramFile.Close(inode);
            ArgumentBlock longer = Prefix(line, current, prefixed ?? arguments);
            prefixed?.Destroy();
            prefixed = longer;
            error = -Errno.ArgumentsTooLong;
            if (longer == null) break;
            // The interpreter's path is the first string of the new arguments, which outlive this loop.
            current = longer.Text;
            error = -Errno.Loop;
        }
        prefixed?.Destroy();
        KernelHeap.Free(line);
        return error;
    }

    /// <summary>Reads a "#!" line without the mark, NUL-terminated; false when the file does not begin with one.</summary>
    private static bool ReadScriptLine(Inode inode, byte* line)
    {
        ulong length = inode.SizeBytes < LineBytes - 1 ? inode.SizeBytes : LineBytes - 1;
        if (length < 4 || !FileReader.Read(inode.Pages, line, 0, length) || line[0] != '#' || line[1] != '!') return false;
        ulong end = 2;
        while (end < length && line[end] != '\n' && line[end] != 0) end++;
        for (ulong i = 2; i < end; i++) line[i - 2] = line[i];
        line[end - 2] = 0;
        return true;
    }

    /// <summary>interpreter [argument] script, then the old arguments but the first. Null when they are too long.</summary>
    private static ArgumentBlock Prefix(byte* line, byte* script, ArgumentBlock arguments)
    {
        while (*line == ' ' || *line == '\t') line++;
        byte* end = line;
        while (*end != 0 && *end != ' ' && *end != '\t') end++;
        byte* option = end;
        while (*option == ' ' || *option == '\t') option++;
        ulong optionLength = Memory.StringLength(option, LineBytes);
        while (optionLength != 0 && (option[optionLength - 1] == ' ' || option[optionLength - 1] == '\t')) optionLength--;
        ArgumentBlock result = new ArgumentBlock();
        bool success = result.Add(line, (ulong)(end - line));
        if (optionLength != 0) success &= result.Add(option, optionLength);
        success &= result.Add(script, Memory.StringLength(script, 4096));
        byte* text = arguments.Text;
        for (int i = 0; i < arguments.Count && success; i++)
        {
            ulong length = Memory.StringLength(text, arguments.LengthBytes);
            if (i != 0) success = result.Add(text, length);
            text += length + 1;
        }
        if (success) return result;
        result.Destroy();
        return null;
    }
}
