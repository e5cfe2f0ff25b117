namespace GuestOs.Proc;

/// <summary>Process 1: a kernel thread that adopts orphans and takes their exit statuses.</summary>
internal static unsafe class InitProcess
{
    public static Process Process { get; private set; }

    public static void Start()
    {
        Process = Scheduler.StartKernelThread("init"u8, &Run);
        ProcessTable.Regroup(Process, Process.Pid, Process.Pid);
    }

    private static void Run(ulong argument)
    {
        while (true)
        {
            Process child = Process.FirstChild;
            while (child != null)
            {
                Process next = child.NextSibling;
                if (child.IsZombie) Wait.Reap(Process, child);
                child = next;
            }
            Process.ChildChanged.SleepUninterruptible();
        }
    }
}
