using System;
using System.Linq;
using System.Net.Security;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;
using Fairlead.Shell.Tests.Fuzz;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Transports;

public sealed class TlsTransportTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task What_arrives_while_our_side_ends_is_read_to_its_last_byte()
    {
        const int connections = 400;                                 // with both at OpenSSL at once, bytes are lost within a few of them, or the process
        var text = new string('x', 3_000);
        var server = new SslServerAuthenticationOptions { ServerCertificate = _certificates.Server("a.test").Certificate };
        for (var i = 0; i < connections; i++)
        {
            var (near, far) = Pair();
            var (one, other) = (Secured(near), Secured(far));
            await Task.WhenAll(one.Tls.AuthenticateAsServerAsync(server), other.Tls.AuthenticateAsClientAsync("a.test")).Within(what: "the handshake");
            using var ours = new TlsTransport(near, one.Stream, one.Tls);
            using var theirs = new TlsTransport(far, other.Stream, other.Tls);

            var received = ReadToEndAsync(ours);
            var sent = Task.Run(async () =>
            {
                foreach (var piece in Enumerable.Repeat(text[..10], text.Length / 10))
                    await theirs.SendAsync(Encoding.Latin1.GetBytes(piece));
                await theirs.ShutdownSendAsync();
            });
            await Task.Run(() => ours.ShutdownSendAsync().AsTask()).Within(what: "our end to be told");
            await sent.Within(what: "their text to be sent");

            Assert.Equal(text.Length, await received.Within(what: "their text to be read"));
        }
    }

    private static async Task<int> ReadToEndAsync(TlsTransport tls)
    {
        var (all, buffer) = (0, new byte[64]);
        while (await tls.ReceiveAsync(buffer) is > 0 and var count)
            all += count;
        return all;
    }

    private static (TransportStream Stream, SslStream Tls) Secured(MemoryTransport plain)
    {
        var stream = new TransportStream(plain);
        return (stream, new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true));
    }

    private static (MemoryTransport Near, MemoryTransport Far) Pair()
    {
        var (near, far) = (new MemoryTransport(), new MemoryTransport());
        (near.Sent, near.ShutDown) = (far.Arrive, far.End);
        (far.Sent, far.ShutDown) = (near.Arrive, near.End);
        return (near, far);
    }
}
