using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <content>Which deadline is armed while a body is received from one side and sent to the other.</content>
internal sealed partial class HttpSession<TContext>
{
    /// <summary>Arms the client's deadlines around each receive and send of a body.</summary>
    private sealed class ClientTimers(HttpSession<TContext> session) : IBodyTimers
    {
        public void ReceiveBegins()
        {
            if (Volatile.Read(ref session._lingerEnds) == 0)
                session._clientRead.Arm(session.BodyGapEnds);
            var lingerEnds = Volatile.Read(ref session._lingerEnds); // after arming: the exchange may have begun to linger just then, and its deadline is the one that counts
            if (lingerEnds != 0)
                session._clientRead.Arm(lingerEnds);
            session._awaitsBody = lingerEnds == 0 && !session.WaitsForContinue;
        }

        public void ReceiveEnds()
        {
            session._awaitsBody = false;
            session._clientRead.Clear();
            if (!session._continued)
            {
                session._continued = true;
                Interlocked.MemoryBarrier();                         // who arms the next asks for this afterwards: one of us clears it
            }

            session._responseHead.Clear();                           // it sends its body, told to or not: armed again when that is through
        }

        public void SendBegins() => session._upstreamWrite.Arm(CoarseClock.After(session._peerOptions.BodyGapTimeout));

        public void SendEnds() => session._upstreamWrite.Clear();
    }

    /// <summary>Arms the backend's deadlines around each receive, and the client's around each send, of a response body.</summary>
    private sealed class UpstreamTimers(HttpSession<TContext> session) : IBodyTimers
    {
        public void ReceiveBegins() => session._upstreamRead.Arm(CoarseClock.After(session._peerOptions.BodyGapTimeout));

        public void ReceiveEnds() => session._upstreamRead.Clear();

        public void SendBegins()
        {
            session._clientWrite.Arm(CoarseClock.After(session._runtime.Options.ClientTimeouts.WriteStall));
            session._awaitsTaking = true;
        }

        public void SendEnds()
        {
            session._awaitsTaking = false;
            session._clientWrite.Clear();
        }
    }
}
