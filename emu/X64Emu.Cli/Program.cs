using System.CommandLine;

RootCommand root = new("Runs x86-64 ELF programs on a guest kernel inside an emulated machine.");
return root.Parse(args).Invoke();
