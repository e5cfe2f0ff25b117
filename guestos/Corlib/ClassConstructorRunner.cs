namespace System.Runtime.CompilerServices;

/// <summary>What ILC keeps per class with a static constructor that has to run: its address, 0 once it ran.</summary>
public struct StaticClassConstructionContext
{
    public nint cctorMethodAddress;
}

/// <summary>Runs static constructors on first use. One CPU and no preemption: no lock is needed.</summary>
internal static unsafe class ClassConstructorRunner
{
    private static void CheckStaticClassConstruction(ref StaticClassConstructionContext context)
    {
        nint constructor = context.cctorMethodAddress;
        if (constructor == 0) return;
        context.cctorMethodAddress = 0;
        ((delegate*<void>)constructor)();
    }

    private static nint CheckStaticClassConstructionReturnNonGCStaticBase(ref StaticClassConstructionContext context, nint staticBase)
    {
        CheckStaticClassConstruction(ref context);
        return staticBase;
    }

    private static object CheckStaticClassConstructionReturnGCStaticBase(ref StaticClassConstructionContext context, object staticBase)
    {
        CheckStaticClassConstruction(ref context);
        return staticBase;
    }
}
