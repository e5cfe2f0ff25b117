using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The dynamic linker a program names in PT_INTERP, loaded next to it.</summary>
internal unsafe struct Interpreter
{
    private ElfImage _image;

    /// <summary>What was added to its addresses: AT_BASE. 0 without an interpreter.</summary>
    public ulong Bias;

    /// <summary>Its entry point, relocated.</summary>
    public ulong Entry;

    /// <summary>Finds, checks and maps it; 0 or a negative errno, with a line in the log.</summary>
    public int Load(AddressSpace space, ElfImage program, byte* programPath)
    {
        byte* path = (byte*)KernelHeap.Allocate(program.InterpreterBytes);
        int error = -Errno.NotExecutable;
        if (FileReader.Read(program.Source, path, program.InterpreterOffset, program.InterpreterBytes) && path[program.InterpreterBytes - 1] == 0)
            error = LoadFrom(space, path, programPath);
        else Exec.Complain(programPath, "bad interpreter");
        KernelHeap.Free(path);
        return error;
    }

    /// <summary>See <see cref="ElfLoader.ClearSegmentEnds"/>.</summary>
    public readonly bool ClearSegmentEnds() => _image == null || ElfLoader.ClearSegmentEnds(_image, Bias);

    public void Destroy()
    {
        _image?.Destroy();
        _image = null;
    }

    private int LoadFrom(AddressSpace space, byte* path, byte* programPath)
    {
        int error = ProgramFile.Open(path, out Inode inode);
        if (error != 0)
        {
            Exec.Complain(programPath, "its dynamic linker is not there: the program needs a root file system");
            return error;
        }
        _image = new ElfImage();
        error = -Errno.NotExecutable;
        if (_image.Read(inode.Pages) && !_image.HasInterpreter) error = ElfLoader.Load(space, _image, 0, out Bias);
        else Exec.Complain(path, _image.Complaint ?? "not a dynamic linker");
        Entry = _image.Header.Entry + Bias;
        ProgramFile.Close(inode);
        return error;
    }
}
