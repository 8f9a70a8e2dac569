namespace Fairlead.Shell.Tests.Origins;

/// <summary>How an origin treats numbered requests. Told by <c>GET /manner/NAME</c>, with a number of milliseconds behind <see cref="Waits"/>; checks of its health are always answered well.</summary>
public enum Manner : byte
{
    /// <summary>Answers at once.</summary>
    Well = 0,

    /// <summary>Answers, but late.</summary>
    Waits,

    /// <summary>Resets the connection of every other request with half of the head sent.</summary>
    ResetsInHead,

    /// <summary>Resets the connection of every other request with the head and half of the body sent.</summary>
    ResetsInBody,

    /// <summary>Closes each connection after an answer that promised to keep it.</summary>
    HangsUp,
}
