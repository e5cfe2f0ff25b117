#!/usr/bin/env pwsh
#Requires -Version 7
<#
.SYNOPSIS
Short names for the dotnet commands of this repository.
.EXAMPLE
./build.ps1 run stat samples/bin/cow-fork
#>
param(
    [Parameter(Mandatory)] [ValidateSet('build', 'test', 'run', 'bench', 'kernel')] [string] $Task,
    [Parameter(ValueFromRemainingArguments)] [string[]] $Arguments = @()
)
Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'build' { dotnet build X64Emu.sln -c Release @Arguments }
        'test' { dotnet test X64Emu.sln -c Release @Arguments }
        'run' { dotnet run -c Release --project emu/X64Emu.Cli -- @Arguments }
        'bench' { dotnet run -c Release --project bench/X64Emu.Benchmarks -- @Arguments }
        'kernel' { dotnet build guestos -c Release @Arguments }
    }
    exit $LASTEXITCODE
}
finally { Pop-Location }
