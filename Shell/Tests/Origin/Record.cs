using System;
using System.IO;
using System.Text;
using System.Threading;

namespace Fairlead.Shell.Tests.Origins;

/// <summary>One line for each request seen, in the system's hands before <see cref="Note"/> returns: SIGKILL takes none of them away.</summary>
internal sealed class Record(string file) : IDisposable
{
    private readonly FileStream _file = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock _gate = new();

    public void Note(string method, long number)
    {
        var line = Encoding.ASCII.GetBytes(FormattableString.Invariant($"{method} {number}\n"));
        lock (_gate)
            _file.Write(line);
    }

    public void Dispose() => _file.Dispose();
}
