using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Health;
using Fairlead.Http1;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Control;

/// <summary>One request of a health check on a connection of its own; only the head of the answer is read.</summary>
internal static class HttpProbe
{
    private const int BufferBytes = 64 * 1024;
    private const int InformationalMax = 16;

    public static async Task<ProbeResult> AskAsync(Transport transport, ProbeSettings.Http check, string host, CancellationToken timeout)
    {
        using var abort = timeout.Register(static connection => ((Transport)connection!).Abort(), transport);
        if (!await transport.SendAsync(Request(check, host)).ConfigureAwait(false))
        {
            timeout.ThrowIfCancellationRequested();
            return new ProbeResult.Failed("the connection broke while the request was sent");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            return await ReadAsync(transport, check, buffer, timeout).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<ProbeResult> ReadAsync(Transport transport, ProbeSettings.Http check, byte[] buffer, CancellationToken timeout)
    {
        var method = check.Method == "HEAD" ? MethodKind.Head : MethodKind.Get;
        var fields = new HeaderField[HeadLimits.Response.FieldsMax];
        var (received, scanned, informational) = (0, 0, 0);
        while (true)
        {
            var head = ResponseHeadParser.Parse(buffer.AsSpan(0, received), scanned, HeadLimits.Response, method, fields);
            if (head.Status == ParseStatus.Invalid)
                return new ProbeResult.Failed("not an HTTP/1.1 answer: " + HeadFaults.Describe(head.Fault));
            if (head.Status == ParseStatus.Done)
            {
                if (head.StatusCode >= 200)
                {
                    return check.Expect.Contains(head.StatusCode)
                        ? new ProbeResult.Passed()
                        : new ProbeResult.Failed(string.Create(CultureInfo.InvariantCulture, $"status {head.StatusCode}, expected {check.Expect}"));
                }

                if (++informational > InformationalMax)
                    return new ProbeResult.Failed("too many informational answers");
                buffer.AsSpan(head.Length, received - head.Length).CopyTo(buffer);
                (received, scanned) = (received - head.Length, 0);
                continue;
            }

            scanned = received;
            var count = await transport.ReceiveAsync(buffer.AsMemory(received)).ConfigureAwait(false);
            timeout.ThrowIfCancellationRequested();
            if (count <= 0)
                return new ProbeResult.Failed(received == 0 ? "closed without an answer" : "closed within the head of its answer");
            received += count;
        }
    }

    private static byte[] Request(ProbeSettings.Http check, string host) => Encoding.Latin1.GetBytes(
        $"{check.Method} {check.Path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: fairlead-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}
