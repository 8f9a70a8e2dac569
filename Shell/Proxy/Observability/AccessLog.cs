using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;

namespace Fairlead.Proxy;

/// <summary>
/// One line an exchange. Lines are put together in a shared buffer under a short lock and written by a task of its own, so that a slow terminal never holds a request;
/// when the buffer is full, lines are dropped and counted, and the count is written as a line of its own.
/// </summary>
internal sealed class AccessLog : IDisposable
{
    /// <summary>Bytes that may wait to be written.</summary>
    private const int BufferBytesMax = 4 * 1024 * 1024;

    private static readonly TimeSpan LastWriteMax = TimeSpan.FromSeconds(2);

    private const int InitialBytes = 64 * 1024;
    private const int LineBytesMax = 8 * 1024;

    private readonly Stream _output;
    private volatile AccessLogFormat _format;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Task _writer;
    private byte[] _filling = new byte[InitialBytes];
    private byte[] _writing = new byte[InitialBytes];
    private int _filled;
    private long _dropped;
    private bool _isStopping;

    public AccessLog(Stream output, AccessLogFormat format)
    {
        _output = output;
        _format = format;
        _writer = WriteAsync();
    }

    /// <summary>Lines from now on are written so.</summary>
    public AccessLogFormat Format
    {
        get => _format;
        set => _format = value;
    }

    public void Write(Session session, string upstream)
    {
        if (_format is not AccessLogFormat.Off and var format)
            Write(AccessLogRecord.Of(session, upstream), format);
    }

    /// <summary>A connection without requests.</summary>
    public void Write(EndedConnection connection)
    {
        if (_format is not AccessLogFormat.Off and var format)
            Write(AccessLogRecord.Of(connection), format);
    }

    private void Write(in AccessLogRecord record, AccessLogFormat format)
    {
        Span<byte> line = stackalloc byte[LineBytesMax];
        var length = format == AccessLogFormat.Json ? AccessLogLine.WriteJson(line, record) : AccessLogLine.WriteText(line, record);
        lock (_gate)
        {
            if (_filling.Length - _filled < length && !TryGrow(length))
            {
                _dropped++;
                return;
            }

            line[..length].CopyTo(_filling.AsSpan(_filled));
            _filled += length;
        }

        if (_wake.CurrentCount == 0)
            Wake();
    }

    /// <summary>Writes what is waiting, and stops; an output that takes nothing is not waited for longer than <see cref="LastWriteMax"/>. Later lines are lost.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        Wake();
        _writer.Wait(LastWriteMax);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }

    private bool TryGrow(int length)
    {
        if (_filled + length > BufferBytesMax)
            return false;
        Array.Resize(ref _filling, Math.Max(_filling.Length * 2, _filled + length));
        return true;
    }

    private string DroppedLine(long count) => _format == AccessLogFormat.Json
        ? FormattableString.Invariant($"{{\"dropped_lines\":{count}}}\n")
        : FormattableString.Invariant($"# {count} lines dropped: the output is too slow\n");

    private async Task WriteAsync()
    {
        while (true)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            var isLast = Volatile.Read(ref _isStopping);
            int length;
            long dropped;
            lock (_gate)
            {
                (_filling, _writing) = (_writing, _filling);
                (length, _filled) = (_filled, 0);
                (dropped, _dropped) = (_dropped, 0);
            }

            try
            {
                if (length > 0)
                    await _output.WriteAsync(_writing.AsMemory(0, length)).ConfigureAwait(false);
                if (dropped > 0)
                    await _output.WriteAsync(Encoding.ASCII.GetBytes(DroppedLine(dropped))).ConfigureAwait(false);
                await _output.FlushAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or NotSupportedException)
            {
                // Nobody reads our output any more (a closed pipe, a closed stream); serving goes on.
            }

            if (isLast)
                return;
        }
    }
}
